using Tutti.Core;

namespace Tutti.Engine.Git.Pool;

/// <summary>Who a slot is leased to. The process is the conductor's; pids are reused, so start time and boot go with it.</summary>
/// <param name="Session">Session id.</param>
/// <param name="Task">Task id, as the plan has it.</param>
/// <param name="Pid">Process id of the conductor.</param>
/// <param name="Boot">Id of the machine's boot in which that pid counts.</param>
/// <param name="Started">The process's start time, in the unit of <see cref="OwnerProcess"/>.</param>
public sealed record LeaseOwner(string Session, string Task, int Pid, string Boot, long Started)
{
    /// <summary>In place of a session's id: a person leased it (<c>tutti pool acquire</c>), and it stays leased until they release it.</summary>
    public const string ManualSession = "manual";

    /// <summary>How the ids begin that stand in place of a session's while an agent is asked for a plan.</summary>
    public const string PlanPrefix = "plan-";

    /// <summary>True where the lease does not end with a process.</summary>
    public bool IsManual => Session == ManualSession;

    /// <summary>True where an agent looks around in it for a plan, and changes nothing that counts.</summary>
    public bool IsPlan => Session.StartsWith(PlanPrefix, StringComparison.Ordinal);

    /// <summary>This process as the owner, for a task of a session.</summary>
    public static LeaseOwner Current(string session, string task) =>
        new(session, task, Environment.ProcessId, OwnerProcess.Boot, OwnerProcess.StartOf(Environment.ProcessId) ?? 0);

    /// <summary>True when both mean the same work, whichever conductor asks.</summary>
    public bool IsFor(string session, string task) => Session == session && Task == task;
}

/// <summary>A worktree that belongs to one task until it is released.</summary>
/// <param name="Slot">Name of the slot, for example <c>wt-3</c>.</param>
/// <param name="Path">Its top folder, absolute.</param>
/// <param name="Branch">Short name of the branch checked out in it when it was leased.</param>
/// <param name="Base">The commit that branch started from.</param>
/// <param name="Owner">Whose it is.</param>
/// <param name="At">When it was leased.</param>
/// <param name="PortBase">First of the <see cref="PortBlock.Size"/> ports that are this slot's.</param>
public sealed record SlotLease(string Slot, string Path, string Branch, string Base, LeaseOwner Owner, DateTimeOffset At, int PortBase);

/// <summary>
/// The ports of slots (PITFALLS P16): <c>wt-N</c> has 20 from <c>20000 + 20 × N</c>. Above the registered services people run,
/// and below 32768, where Linux starts to hand out ports by itself.
/// </summary>
public static class PortBlock
{
    public const int First = 20000;
    public const int Size = 20;

    /// <summary>First port of slot number <paramref name="number"/>.</summary>
    public static int Of(int number) => First + (Size * number);
}

/// <summary>How a release ended.</summary>
public abstract record ReleaseOutcome
{
    private ReleaseOutcome()
    {
    }

    /// <summary>The slot is free for another task; its branch is checked out nowhere.</summary>
    public sealed record Released : ReleaseOutcome;

    /// <summary>Releasing could have lost work, so the slot is kept as it is and given to nobody.</summary>
    /// <param name="Why">One line that says what was found.</param>
    /// <param name="Paths">The first of the paths concerned, relative to the slot; may be empty.</param>
    public sealed record Preserved(string Why, IReadOnlyList<string> Paths) : ReleaseOutcome;

    /// <summary>The slot is leased to another task, or to none.</summary>
    public sealed record NotYours : ReleaseOutcome;
}

/// <summary>What preparing a slot did beside what was asked.</summary>
/// <param name="Copied">Paths that were copied, relative to the slot.</param>
/// <param name="Notes">One line for each thing that was asked and not done, and why.</param>
public sealed record PreparedSlot(IReadOnlyList<string> Copied, IReadOnlyList<string> Notes);

/// <summary>How far a slot is from being free.</summary>
public enum SlotState
{
    /// <summary>Being added; what exists may be half made.</summary>
    Making,

    /// <summary>Free for a task.</summary>
    Idle,

    /// <summary>A task's, whether anything runs in it or not.</summary>
    Leased,

    /// <summary>Out of rotation, because it holds what is nowhere else.</summary>
    Preserved,
}

/// <summary>One slot as <c>tutti pool status</c> shows it.</summary>
/// <param name="Name">For example <c>wt-3</c>.</param>
/// <param name="Path">Its folder, absolute.</param>
/// <param name="State">What it is.</param>
/// <param name="Lease">Whose it is, or was when it was preserved.</param>
/// <param name="Stale">True when the owner's process is gone and no conductor runs its session.</param>
/// <param name="Why">Why it is preserved.</param>
/// <param name="Paths">What it is preserved for, as far as paths say it.</param>
public sealed record SlotView(string Name, string Path, SlotState State, SlotLease? Lease, bool Stale, string? Why, IReadOnlyList<string> Paths);

/// <summary>The whole pool at one moment.</summary>
/// <param name="Root">Folder of the slots.</param>
/// <param name="Limit">Most slots at once, preserved ones not counted.</param>
/// <param name="Slots">Every slot there is, by number.</param>
public sealed record PoolStatus(string Root, int Limit, IReadOnlyList<SlotView> Slots);

/// <summary>What a clean-up of the pool did.</summary>
/// <param name="Removed">Names of slots that are gone.</param>
/// <param name="Kept">Slots that stay, each with the reason: leased, or holding work.</param>
public sealed record PoolCleanup(IReadOnlyList<string> Removed, IReadOnlyList<KeptSlot> Kept);

/// <summary>A slot that a clean-up left alone.</summary>
public sealed record KeptSlot(string Slot, string Path, string Why, IReadOnlyList<string> Paths);

/// <summary>Something about the pool that a person should look at; the failure says what and what to do.</summary>
public sealed record PoolProblem(string Slot, string Path, Failure Failure);
