using System.Text.Json.Serialization;
using Tutti.Engine.Git.Pool;

namespace Tutti.Commands;

/// <summary>One slot in <c>tutti pool status --json</c>.</summary>
/// <param name="State">making, idle, leased or preserved.</param>
/// <param name="Session">The session's id, or <c>manual</c>.</param>
/// <param name="Stale">The session that leased it is conducted by nobody.</param>
/// <param name="Why">Why it is preserved.</param>
internal sealed record SlotAnswer(
    string Name, string Path, string State, string? Session, string? Task, string? Branch, string? Base, DateTimeOffset? LeasedAt, bool Stale, string? Why, IReadOnlyList<string> Paths)
{
    public static SlotAnswer Of(SlotView slot) => new(
        slot.Name, slot.Path, Answers.Word(slot.State), slot.Lease?.Owner.Session, slot.Lease?.Owner.Task, slot.Lease?.Branch, slot.Lease?.Base, slot.Lease?.At, slot.Stale, slot.Why, slot.Paths);
}

/// <summary>All of <c>tutti pool status --json</c>, and of <c>init</c>.</summary>
internal sealed record PoolAnswer(int Version, string Root, int Limit, IReadOnlyList<SlotAnswer> Slots)
{
    public static PoolAnswer Of(PoolStatus status) => new(1, status.Root, status.Limit, [.. status.Slots.Select(SlotAnswer.Of)]);
}

/// <summary><c>tutti pool acquire --json</c>.</summary>
internal sealed record AcquireAnswer(int Version, string Slot, string Path, string Branch, string Base, int PortBase, IReadOnlyList<string> Notes);

/// <summary><c>tutti pool release --json</c>.</summary>
/// <param name="Released">False where the slot is kept, because it holds work.</param>
internal sealed record ReleaseAnswer(int Version, string Slot, bool Released, string? Branch, bool BranchDeleted, string? Why, IReadOnlyList<string> Paths);

/// <summary>One branch in <c>tutti pool merge --json</c>.</summary>
/// <param name="Result">merged, already_in, dirty, conflict, red or failed.</param>
internal sealed record MergedAnswer(string Slot, string Task, string Branch, string? Commit, string Result, string? Why, IReadOnlyList<string> Paths);

/// <summary>All of <c>tutti pool merge --json</c>.</summary>
internal sealed record PoolMergeAnswer(int Version, string Target, string Before, string After, IReadOnlyList<MergedAnswer> Slots)
{
    public static PoolMergeAnswer Of(ManualMergeResult result) => new(
        1, result.Target, result.Before, result.After, [.. result.Slots.Select(s => new MergedAnswer(s.Slot, s.Task, s.Branch, s.Commit, Answers.Word(s.End), s.Why, s.Paths))]);
}

/// <summary><c>tutti pool cleanup --json</c> and <c>reset</c>.</summary>
internal sealed record PoolCleanupAnswer(int Version, IReadOnlyList<string> Removed, IReadOnlyList<KeptSlot> Kept);

/// <summary>One problem in <c>tutti pool health --json</c>.</summary>
internal sealed record PoolProblemAnswer(string Slot, string Path, string Code, string Message, string? Hint)
{
    public static PoolProblemAnswer Of(PoolProblem problem) => new(problem.Slot, problem.Path, problem.Failure.Code, problem.Failure.Message, problem.Failure.Hint);
}

/// <summary>All of <c>tutti pool health --json</c>.</summary>
internal sealed record PoolHealthAnswer(int Version, bool Healthy, IReadOnlyList<PoolProblemAnswer> Problems);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(PoolAnswer))]
[JsonSerializable(typeof(AcquireAnswer))]
[JsonSerializable(typeof(ReleaseAnswer))]
[JsonSerializable(typeof(PoolMergeAnswer))]
[JsonSerializable(typeof(PoolCleanupAnswer))]
[JsonSerializable(typeof(PoolHealthAnswer))]
internal sealed partial class PoolJson : JsonSerializerContext;
