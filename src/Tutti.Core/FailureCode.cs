namespace Tutti.Core;

/// <summary>Codes that more than one place has to spell alike; docs/ERRORS.md has them all, with what each means.</summary>
public static class FailureCode
{
    /// <summary>All slots are leased. A landing waits for one instead of giving up.</summary>
    public const string PoolExhausted = "pool_exhausted";

    /// <summary>A slot is no checkout any more.</summary>
    public const string SlotMissing = "slot_missing";

    /// <summary>Two sides of a merge have no commit in common.</summary>
    public const string UnrelatedHistories = "unrelated_histories";
}
