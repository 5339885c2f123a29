using Tutti.Core.Scheduling;
using Tutti.Core.Session;

namespace Tutti.Core.Views;

/// <summary>Time a task spent in one stage.</summary>
public sealed record StageTimeView(Stage Stage, double Seconds, int Attempts);

/// <summary>Work that is kept because it did not land, or did not go cleanly.</summary>
/// <param name="Branch">The branch that has it.</param>
/// <param name="Slot">Name of the slot, while the task holds one.</param>
/// <param name="Path">The slot's folder.</param>
/// <param name="Why">Why it is kept.</param>
/// <param name="Command">What shows it, for a shell in the repository.</param>
public sealed record KeptView(string Branch, string? Slot, string? Path, string? Why, string Command);

/// <summary>One task in a report.</summary>
/// <param name="Integrated">Its work is on the integration branch, and the target does not have it yet.</param>
/// <param name="Kept">What is kept of it; null where nothing is left over, or work on it goes on.</param>
/// <param name="Stages">In the order in which they first ran.</param>
/// <param name="BusySeconds">All its attempts together.</param>
/// <param name="WaitSeconds">From its start to its end, less the time its attempts ran: slots, set-up, backoff, the landing queue.</param>
/// <param name="Retries">Attempts that failed and were followed by another of the same stage and round.</param>
/// <param name="Rounds">Of review and correction; 1 where nothing was corrected.</param>
/// <param name="Files">How many files it changes.</param>
/// <param name="Notes">Paths outside the claim, links refused, what a person should look at.</param>
public sealed record ReportTask(
    string Id,
    string Title,
    TaskPhase State,
    bool Integrated,
    string? Branch,
    string? Commit,
    string? LandedCommit,
    ErrorView? Error,
    IReadOnlyList<string> BlockedBy,
    KeptView? Kept,
    IReadOnlyList<StageTimeView> Stages,
    double BusySeconds,
    double WaitSeconds,
    int Attempts,
    int Retries,
    int Rounds,
    TokensView Tokens,
    decimal? CostUsd,
    int? Files,
    string? Summary,
    IReadOnlyList<string> Notes)
{
    internal static ReportTask From(SessionState state, TaskState task, DateTimeOffset end)
    {
        var busy = Busy.Of(task, end);
        var whole = task.StartedAt is { } start ? (task.EndedAt ?? end) - start : TimeSpan.Zero;
        return new ReportTask(
            task.Id,
            task.Spec.Title,
            task.Shown,
            task.IsIntegrated,
            task.Branch,
            task.Head,
            task.Landed,
            ErrorView.Of(state, task),
            Waits.Blockers(state, task),
            KeptOf(state, task),
            [.. task.Attempts.GroupBy(a => a.Stage).Select(g => new StageTimeView(g.Key, Seconds(g.Sum(a => Busy.Of(a, end).TotalSeconds)), g.Count()))],
            Seconds(busy.TotalSeconds),
            Seconds(Math.Max(0, (whole - busy).TotalSeconds)),
            task.Attempts.Count,
            RetriesOf(task),
            task.Round,
            TokensView.Of(task.Usage),
            task.Usage.Usd,
            task.Work?.FileCount,
            task.Summary,
            [.. task.Work?.Notes ?? [], .. task.Work?.Asks ?? [], .. task.Notes, .. Budgets.UsedUp(state, task) is { } over ? [over] : Array.Empty<string>()]);
    }

    private static double Seconds(double seconds) => Math.Round(seconds, 3);

    private static int RetriesOf(TaskState task) => task.Attempts
        .GroupBy(a => (a.Stage, a.Round))
        .Sum(g => g.SkipLast(1).Count(a => a.Outcome is not (null or AttemptOutcome.Succeeded or AttemptOutcome.Interrupted)));

    // A branch that was never dealt with, or was and could not go, is there; one that went without a word is not.
    private static KeptView? KeptOf(SessionState state, TaskState task)
    {
        if (!task.IsSettled && state.EndedAt is null)
            return null;
        if (task.Branch is not { } branch || (task.Preserved is null && (task.CleanedAs is not null || task.Phase == TaskPhase.Done)))
            return null;
        var command = task.Slot is { } slot
            ? $"cd {ShellWord.Quote(slot.Path)}"
            : $"git diff {Words.Commit(task.Base ?? state.Base)}...{ShellWord.Quote(branch)}";
        return new KeptView(branch, task.Slot?.Name, task.Slot?.Path, task.Preserved, command);
    }
}
