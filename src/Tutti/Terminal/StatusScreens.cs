using Spectre.Console.Rendering;
using Tutti.Core.Views;

namespace Tutti.Terminal;

/// <summary>The four screens of <c>tutti status</c>; their JSON is the views they are made of.</summary>
public static class StatusScreens
{
    // The summary stays short; detailed and issues have them all.
    private const int MostCollisions = 3;

    /// <summary>Where the session stands and, in a row each, its tasks.</summary>
    public static IEnumerable<IRenderable> Summary(StatusView status, TerminalFacts facts)
    {
        var (look, width) = (facts.Look, facts.Columns - 1);
        return [.. Heading(status, width, look), .. TaskRows.Of(status.Tasks, width, look), .. Headings.Collisions(status.Collisions, MostCollisions, width, look), .. Counts(status, width, look)];
    }

    /// <summary>All that is known of each task: a table, then branch, slot, attempts and trouble of those that have any.</summary>
    public static IEnumerable<IRenderable> Detailed(StatusView status, TerminalFacts facts)
    {
        var (look, width) = (facts.Look, facts.Columns - 1);
        return
        [
            .. Heading(status, width, look),
            .. Line.Wrap($"{status.Session.Mode}: {status.Session.ModeReason}", width, Tone.Dim),
            .. TaskTable.Of(status.Tasks, int.MaxValue, width, look),
            .. status.Tasks.Where(task => task.Branch is not null || task.Error is not null || task.Waiting is not null).SelectMany(task => TaskDetail(task, width, look)),
            Line.Empty,
            .. Headings.Collisions(status.Collisions, int.MaxValue, width, look),
            .. Counts(status, width, look),
        ];
    }

    /// <summary>What agents use, and what the machine has left.</summary>
    public static IEnumerable<IRenderable> Resources(StatusView status, TerminalFacts facts)
    {
        var (look, width, resources) = (facts.Look, facts.Columns - 1, status.Resources);
        var id = Math.Max(4, TaskRows.Longest(resources.Uses.Select(use => use.Task), 12));
        return
        [
            .. Heading(status, width, look),
            .. Fact("agents", $"{resources.Agents} of at most {resources.MaxAgents} at work", width),
            .. Fact("used", $"{Cores(resources.Cpu)}, {Memory(resources.MemoryBytes)}", width),
            .. Host(resources.Host, width),
            .. Budget(resources.Budget, width),
            .. resources.Uses.Select(use => Line.Row(
                look,
                new Cell(use.Task, Tone.Strong, id),
                new Cell(use.Agent, Tone.Plain, 8),
                new Cell(Cores(use.Cpu), Tone.Plain, 10, Right: true),
                new Cell(Memory(use.MemoryBytes), Tone.Plain, 9, Right: true),
                new Cell(use.Slot ?? "", Tone.Dim, width < 50 ? 0 : 6),
                new Cell(use.Pid is { } pid ? $"process {pid}" : "", Tone.Dim, width < 60 ? 0 : 15))),
        ];
    }

    /// <summary>Each problem with what to do about it; one line when there is none.</summary>
    public static IEnumerable<IRenderable> Issues(IssuesView view, TerminalFacts facts)
    {
        var (look, width) = (facts.Look, facts.Columns - 1);
        if (view.Issues.Count == 0)
            return [Line.Of($"session {view.Session}: no problems", Tone.Good)];
        return view.Issues.SelectMany(issue => IssueLines(issue, width, look));
    }

    private static IEnumerable<Line> Heading(StatusView status, int width, Look look)
    {
        var session = status.Session;
        yield return Line.Row(look, new Cell($"session {session.Id}  {Words.Of(session.Status)}  {look.Arrow} {session.Target}", Tone.Strong, width));
        if (session.Request is { } request)
            yield return Line.Row(look, new Cell(request, Tone.Dim, width));
        yield return Headings.Bar(session, status.Totals, width, look);
        foreach (var line in Headings.Trouble(session, width, look))
            yield return line;
        if (session.Integration is { } waiting)
            yield return Line.Row(look, new Cell($"{Words.Count(waiting.Tasks.Count, "task")} on {waiting.Branch}: '{waiting.Command}' takes it to {session.Target}", Tone.Warn, width));
    }

    private static IEnumerable<Line> Counts(StatusView status, int width, Look look) =>
        Headings.Counts(status.Totals, status.EtaSeconds is { } eta ? TimeSpan.FromSeconds(eta) : null, width, look);

    private static IEnumerable<Line> TaskDetail(TaskView task, int width, Look look)
    {
        yield return Line.Empty;
        yield return Line.Row(look, new Cell(look.Glyph(task.State), Look.ToneOf(task.State), 1), new Cell($"{task.Id} {task.Title}", Tone.Strong, width - 2));
        var facts = new (string Name, string? Text)[]
        {
            ("branch", task.Branch is { } branch ? $"{branch}{(task.Commit is { } head ? $" at {Words.Commit(head)}" : "")}{(task.Slot is { } slot ? $" in {slot}" : "")}" : null),
            ("landed", task.LandedCommit is { } landed ? Words.Commit(landed) : null),
            ("attempts", task.Attempts.Count > 0 ? string.Join(", ", task.Attempts.Select(AttemptText)) : null),
            ("tokens", task.Tokens.Total > 0 ? $"{Amounts.Tokens(task.Tokens.Total)}{(task.CostUsd is { } usd ? $", {Amounts.Usd(usd)}" : "")}" : null),
            ("waits", task.Waiting),
            ("error", task.Error?.Message),
            ("hint", task.Error?.Hint),
            ("kept", task.Preserved),
            ("says", task.LastLine),
        };
        foreach (var line in facts.Where(fact => fact.Text is not null).SelectMany(fact => Fact($"  {fact.Name}", fact.Text!, width)))
            yield return line;
        foreach (var line in task.Notes.SelectMany(note => Fact("  note", note, width)))
            yield return line;
    }

    private static string AttemptText(AttemptView attempt) =>
        $"{attempt.Number} {Words.Of(attempt.Stage)} {attempt.State}{(attempt.ExitCode is { } code && code != 0 ? $" ({code})" : "")}";

    private static IEnumerable<Line> Host(HostView? host, int width) => host is null ? [] :
    [
        .. Fact("memory", $"{Amounts.Bytes(host.FreeMemoryBytes)} free", width),
        .. Fact("disk", $"{Amounts.Bytes(host.FreeDiskBytes)} free", width),
        .. Fact("load", $"{host.Load:0.0} on {Words.Count(host.Cores, "core")}", width),
    ];

    private static IEnumerable<Line> Budget(BudgetView? budget, int width) =>
    [
        .. budget?.LimitUsd is { } usd ? Fact("budget", $"{Amounts.Usd(budget.SpentUsd ?? 0)} of {Amounts.Usd(usd)}", width) : [],
        .. budget?.LimitTokens is { } tokens ? Fact("budget", $"{Amounts.Tokens(budget.SpentTokens)} of {Amounts.Tokens(tokens)} tokens", width) : [],
    ];

    private static IEnumerable<Line> Fact(string name, string text, int width) => Line.Named(name.PadRight(name.StartsWith(' ') ? 11 : 9), text, width);

    private static IEnumerable<Line> IssueLines(IssueView issue, int width, Look look)
    {
        var tone = issue.Kind is IssueKind.Failed or IssueKind.Blocked ? Tone.Bad : Tone.Warn;
        yield return Line.Row(look, new Cell($"{Words.Of(issue.Kind)}{(issue.Task is { } task ? $"  {task}" : "")}  ({issue.Code})", tone, width));
        foreach (var line in Line.Wrap(issue.Message, width, indent: 2))
            yield return line;
        foreach (var line in Line.Wrap(issue.Hint is { } hint ? $"hint: {hint}" : "", width, Tone.Dim, indent: 2))
            yield return line;
    }

    private static string Cores(double? cpu) => cpu is { } cores ? $"{cores:0.0} cores" : "cpu ?";

    private static string Memory(long? bytes) => bytes is { } known ? Amounts.Bytes(known) : "memory ?";
}
