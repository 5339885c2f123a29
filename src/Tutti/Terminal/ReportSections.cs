using Tutti.Core.Session;
using Tutti.Core.Views;

namespace Tutti.Terminal;

/// <summary>Tasks of a report that ended the same way.</summary>
/// <param name="Title">For example <c>3 landed on main</c>.</param>
/// <param name="Phase">Which sign and colour it has.</param>
public sealed record ReportSection(string Title, TaskPhase Phase, IReadOnlyList<ReportTask> Tasks);

/// <summary>The order in which every form of the report tells how tasks ended.</summary>
public static class ReportSections
{
    /// <summary>The sections that have tasks.</summary>
    public static IReadOnlyList<ReportSection> Of(ReportView report)
    {
        var integrated = report.Tasks.Where(task => task.Integrated).ToList();
        var open = report.In(TaskPhase.Running, TaskPhase.Landing, TaskPhase.Paused, TaskPhase.Ready, TaskPhase.Pending).Except(integrated).ToList();
        return
        [
            .. new[]
            {
                Section(report.In(TaskPhase.Done), TaskPhase.Done, $"landed on {report.Session.Target}"),
                Section(integrated, TaskPhase.Landing, $"waiting on {report.Session.Integration?.Branch ?? "the integration branch"}"),
                Section(report.In(TaskPhase.NeedsAttention), TaskPhase.NeedsAttention, "for a person to decide"),
                Section(report.In(TaskPhase.Failed), TaskPhase.Failed, "failed"),
                Section(report.In(TaskPhase.Blocked), TaskPhase.Blocked, "blocked"),
                Section(report.In(TaskPhase.Cancelled), TaskPhase.Cancelled, "cancelled"),
                Section(open, TaskPhase.Pending, "not finished"),
            }.Where(section => section.Tasks.Count > 0),
        ];
    }

    /// <summary>The report in one sentence.</summary>
    public static string Headline(ReportView report)
    {
        var counts = string.Join(", ", Of(report).Select(section => section.Title));
        return $"Session {report.Session.Id} {Words.Of(report.Session.Status)} after {Amounts.Duration(report.Speed.WallSeconds)}: {(counts.Length > 0 ? counts : "no tasks")}";
    }

    /// <summary>What parallel work was worth; null before anything ran.</summary>
    public static string? SpeedSentence(ReportView report) => report.Speed.Speedup is { } factor
        ? $"{Amounts.Duration(report.Speed.BusySeconds)} of work in {Amounts.Duration(report.Speed.WallSeconds - report.Speed.RestSeconds)}: {factor:0.0} times one agent, at most {report.Speed.MostAtOnce} at once"
        : null;

    /// <summary>What the session used; null where nobody said.</summary>
    public static string? UsageSentence(ReportView report) => report.Totals.Tokens.Total == 0 && report.Totals.CostUsd is null ? null
        : $"{Amounts.Tokens(report.Totals.Tokens.Total)} tokens{(report.Totals.CostUsd is { } usd ? $", {Amounts.Usd(usd)}" : "")}{(report.Totals.BudgetUsedUp is { } over ? $"; {over}" : "")}";

    /// <summary>Why a task did not land, or where it did; what is kept of it; and what to do: name and text of each.</summary>
    public static IEnumerable<(string Name, string Text)> Facts(ReportTask task)
    {
        if (task.Error is { } error)
            yield return ("why", Sentences.Message(task.Id, error.Message));
        else if (task.BlockedBy.Count > 0)
            yield return ("why", $"blocked by {string.Join(", ", task.BlockedBy)}");
        if (task.Error?.Hint is { } hint)
            yield return ("hint", hint);
        if (task.Kept is { } kept)
        {
            // Why it is kept mostly names the branch already.
            var where = $"branch {kept.Branch}{(kept.Slot is { } slot ? $" in {slot}" : "")}";
            yield return ("kept", kept.Why is not { } why ? where : why.Contains(kept.Branch, StringComparison.Ordinal) ? why : $"{where}: {why}");
            yield return ("look", kept.Command);
        }

        foreach (var note in task.Notes)
            yield return ("note", note);
    }

    private static ReportSection Section(IEnumerable<ReportTask> tasks, TaskPhase phase, string words)
    {
        var list = tasks.ToList();
        return new ReportSection($"{list.Count} {words}", phase, list);
    }
}
