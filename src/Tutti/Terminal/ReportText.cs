using Spectre.Console.Rendering;
using Tutti.Core.Views;

namespace Tutti.Terminal;

/// <summary>The report for a terminal.</summary>
public static class ReportText
{
    /// <summary>Rows of the timeline; a longer session is for the HTML form.</summary>
    private const int MostBars = 40;

    private const int Name = 5;

    /// <summary>The report, section after section.</summary>
    public static IEnumerable<IRenderable> Of(ReportView report, TerminalFacts facts)
    {
        var (look, width) = (facts.Look, facts.Columns - 1);
        return
        [
            .. Line.Wrap(ReportSections.Headline(report), width, Tone.Strong),
            .. Line.Wrap(report.Session.Reason is { } reason ? $"{reason.Message}{(reason.Hint is { } hint ? $" ({hint})" : "")}" : "", width, Tone.Warn),
            .. ReportSections.Of(report).SelectMany(section => Section(section, width, look)),
            .. Waiting(report, width),
            .. Figures(report, width, look),
            .. Timeline(report, width, look),
            .. Decisions(report, width),
        ];
    }

    private static IEnumerable<Line> Section(ReportSection section, int width, Look look)
    {
        yield return Line.Empty;
        yield return Line.Of(section.Title, Look.ToneOf(section.Phase));
        var id = TaskRows.Longest(section.Tasks.Select(task => task.Id), 12);
        foreach (var task in section.Tasks)
        {
            var at = task.LandedCommit is { } commit ? Words.Commit(commit) : "";
            yield return Line.Row(
                look,
                new Cell(look.Glyph(task.State), Look.ToneOf(task.State), 1),
                new Cell(task.Id, Tone.Strong, id),
                new Cell(task.Title, Tone.Plain, width - 2 - id - 1 - (at.Length > 0 ? at.Length + 1 : 0)),
                new Cell(at, Tone.Dim, at.Length));
            foreach (var line in ReportSections.Facts(task).SelectMany(fact => Line.Named($"  {fact.Name,-Name}", fact.Text, width)))
                yield return line;
        }
    }

    private static IEnumerable<Line> Waiting(ReportView report, int width) => report.Session.Integration is { } waiting
        ? Line.Wrap($"{waiting.Branch} is at {Words.Commit(waiting.Commit)}: {waiting.Why}; '{waiting.Command}' takes it to {report.Session.Target}", width, Tone.Warn)
        : [];

    private static IEnumerable<Line> Figures(ReportView report, int width, Look look)
    {
        var ran = report.Tasks.Where(task => task.Attempts > 0).ToList();
        if (ran.Count == 0)
            yield break;
        yield return Line.Empty;
        var id = Math.Max(4, TaskRows.Longest(ran.Select(task => task.Id), 12));
        var wide = width >= 70;
        yield return Row("task", "work", "wait", "tries", "rounds", "tokens", "cost", "stages", Tone.Dim);
        foreach (var task in ran)
        {
            var stages = string.Join(" ", task.Stages.Select(s => $"{Words.Of(s.Stage)} {Amounts.Duration(s.Seconds)}"));
            yield return Row(
                task.Id, Amounts.Duration(task.BusySeconds), Amounts.Duration(task.WaitSeconds), $"{task.Attempts}{(task.Retries > 0 ? $"({task.Retries})" : "")}",
                $"{task.Rounds}", Amounts.Tokens(task.Tokens.Total), Amounts.Usd(task.CostUsd), stages, Tone.Plain);
        }

        foreach (var sentence in new[] { ReportSections.SpeedSentence(report), ReportSections.UsageSentence(report) }.OfType<string>())
        {
            foreach (var line in Line.Wrap(sentence, width, Tone.Strong))
                yield return line;
        }

        Line Row(string task, string work, string wait, string tries, string rounds, string tokens, string cost, string stages, Tone tone) => Line.Row(
            look,
            new Cell(task, tone, id),
            new Cell(work, tone, 7, Right: true),
            new Cell(wait, tone, 7, Right: true),
            new Cell(tries, tone, 5, Right: true),
            new Cell(rounds, tone, wide ? 6 : 0, Right: true),
            new Cell(tokens, tone, wide ? 7 : 0, Right: true),
            new Cell(cost, tone, wide ? 7 : 0, Right: true),
            new Cell(stages, Tone.Dim, Math.Max(0, wide ? width - id - 46 : 0)));
    }

    private static IEnumerable<Line> Timeline(ReportView report, int width, Look look)
    {
        if (report.Timeline.Count == 0 || report.Speed.WallSeconds <= 0)
            yield break;
        yield return Line.Empty;
        var id = TaskRows.Longest(report.Timeline.Select(bar => bar.Task), 12);
        var columns = width - id - 4;
        foreach (var bar in report.Timeline.Take(MostBars))
        {
            var from = Math.Clamp((int)(bar.StartSeconds / report.Speed.WallSeconds * columns), 0, columns - 1);
            var to = Math.Clamp((int)Math.Ceiling(bar.EndSeconds / report.Speed.WallSeconds * columns), from + 1, columns);
            yield return new Line(
                new Piece(Pad(bar.Task, id, look) + " "),
                new Piece($"{bar.Lane,2} ", Tone.Dim),
                new Piece(new string(' ', from) + look.Bar(100, to - from), Look.ToneOf(bar.State)));
        }

        if (report.Timeline.Count > MostBars)
            yield return Line.Of($"{look.Ellipsis} and {report.Timeline.Count - MostBars} more", Tone.Dim);
        yield return new Line(new Piece($"{new string(' ', id)}    0s{Amounts.Duration(report.Speed.WallSeconds).PadLeft(Math.Max(1, columns - 2))}", Tone.Dim));
    }

    private static IEnumerable<Line> Decisions(ReportView report, int width)
    {
        if (report.Decisions.Count == 0)
            yield break;
        yield return Line.Empty;
        yield return Line.Of("Decisions", Tone.Strong);
        foreach (var d in report.Decisions)
        {
            foreach (var line in Line.Wrap($"{d.Task}: {d.Topic}: {d.Choice}{(d.Why is { } why ? $" ({why})" : "")}", width, indent: 2))
                yield return line;
        }
    }

    private static string Pad(string text, int width, Look look)
    {
        var cut = Printable.Cut(Printable.Line(text), width, look.Ellipsis);
        return cut + new string(' ', width - Printable.Width(cut));
    }
}
