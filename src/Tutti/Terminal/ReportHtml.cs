using System.Net;
using System.Text;
using Tutti.Core.Views;

namespace Tutti.Terminal;

/// <summary>The report as one HTML page: no network, no script, and nothing from outside that is not escaped.</summary>
public static class ReportHtml
{
    private const string Style = """
        :root { color-scheme: light dark; --dim: #6b7280; --good: #15803d; --bad: #b91c1c; --warn: #a16207; --busy: #0e7490; --line: #d1d5db; }
        @media (prefers-color-scheme: dark) { :root { --dim: #9ca3af; --good: #4ade80; --bad: #f87171; --warn: #facc15; --busy: #22d3ee; --line: #374151; } }
        body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
        h1 { font-size: 1.4rem; } h2 { font-size: 1.1rem; margin-top: 2rem; }
        code { font-family: ui-monospace, monospace; font-size: .9em; }
        ul { list-style: none; padding: 0; } li { margin: .4rem 0; overflow-wrap: anywhere; }
        dl { display: grid; grid-template-columns: 4rem 1fr; margin: .2rem 0 .2rem 1.5rem; font-size: .9rem; } dt { color: var(--dim); } dd { margin: 0; overflow-wrap: anywhere; }
        table { border-collapse: collapse; width: 100%; font-size: .9rem; } th, td { text-align: right; padding: .25rem .5rem; border-bottom: 1px solid var(--line); }
        th:first-child, td:first-child, th:last-child, td:last-child { text-align: left; }
        .dim { color: var(--dim); } .good { color: var(--good); } .bad { color: var(--bad); } .warn { color: var(--warn); } .busy { color: var(--busy); }
        .scroll { overflow-x: auto; } svg text { font: 12px ui-monospace, monospace; fill: currentColor; }
        """;

    /// <summary>The whole page.</summary>
    public static string Of(ReportView report)
    {
        var page = new StringBuilder()
            .Append("<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
            .Append("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n")
            .Append($"<title>Tutti {Text(report.Session.Id)}</title>\n<style>\n{Style}\n</style>\n<body>\n<h1>{Text(ReportSections.Headline(report))}</h1>\n");
        if (report.Session.Request is { } request)
            page.Append($"<p class=\"dim\">{Text(request)}</p>\n");
        if (report.Session.Reason is { } reason)
            page.Append($"<p class=\"warn\">{Text(reason.Message)} {Text(reason.Hint ?? "")}</p>\n");
        foreach (var sentence in new[] { ReportSections.SpeedSentence(report), ReportSections.UsageSentence(report) }.OfType<string>())
            page.Append($"<p>{Text(sentence)}</p>\n");
        foreach (var section in ReportSections.Of(report))
            Section(page, section);
        if (report.Session.Integration is { } waiting)
            page.Append($"<p class=\"warn\">{Code(waiting.Branch)} is at {Code(Words.Commit(waiting.Commit))}: {Text(waiting.Why)}. {Code(waiting.Command)} takes it to {Code(report.Session.Target)}.</p>\n");
        if (report.Timeline.Count > 0)
            page.Append($"<h2>Timeline</h2>\n<div class=\"scroll\">\n{TimelineSvg.Of(report)}</div>\n");
        Figures(page, report);
        Decisions(page, report);
        return page.Append("</body>\n</html>\n").ToString();
    }

    /// <summary>Text that means nothing but itself, in an element or an attribute.</summary>
    internal static string Text(string text) => WebUtility.HtmlEncode(Printable.Line(text));

    /// <summary>The name of a tone's class.</summary>
    internal static string Class(Tone tone) => Words.Of(tone);

    private static string Code(string text) => $"<code>{Text(text)}</code>";

    private static void Section(StringBuilder page, ReportSection section)
    {
        var look = new Look(Unicode: true);
        page.Append($"<h2 class=\"{Class(Look.ToneOf(section.Phase))}\">{Text(section.Title)}</h2>\n<ul>\n");
        foreach (var task in section.Tasks)
        {
            var at = task.LandedCommit is { } commit ? $" <code class=\"dim\">{Text(Words.Commit(commit))}</code>" : "";
            page.Append($"<li><span class=\"{Class(Look.ToneOf(task.State))}\">{look.Glyph(task.State)}</span> <strong>{Text(task.Id)}</strong> {Text(task.Title)}{at}");
            var facts = ReportSections.Facts(task).Select(fact => $"<dt>{fact.Name}</dt><dd>{(fact.Name == "look" ? Code(fact.Text) : Text(fact.Text))}</dd>").ToList();
            if (facts.Count > 0)
                page.Append($"\n<dl>{string.Concat(facts)}</dl>");
            page.Append("</li>\n");
        }

        page.Append("</ul>\n");
    }

    private static void Figures(StringBuilder page, ReportView report)
    {
        var ran = report.Tasks.Where(task => task.Attempts > 0).ToList();
        if (ran.Count == 0)
            return;
        page.Append("<h2>Time and cost</h2>\n<div class=\"scroll\"><table>\n<tr><th>task<th>work<th>wait<th>tries<th>retries<th>rounds<th>tokens<th>cost<th>stages</tr>\n");
        foreach (var task in ran)
        {
            var stages = string.Join(", ", task.Stages.Select(s => $"{Words.Of(s.Stage)} {Amounts.Duration(s.Seconds)}"));
            page.Append($"<tr><td>{Text(task.Id)}<td>{Amounts.Duration(task.BusySeconds)}<td>{Amounts.Duration(task.WaitSeconds)}<td>{task.Attempts}<td>{task.Retries}<td>{task.Rounds}")
                .Append($"<td>{Amounts.Tokens(task.Tokens.Total)}<td>{Amounts.Usd(task.CostUsd)}<td>{stages}</tr>\n");
        }

        page.Append("</table></div>\n");
    }

    private static void Decisions(StringBuilder page, ReportView report)
    {
        if (report.Decisions.Count == 0)
            return;
        page.Append("<h2>Decisions</h2>\n<ul>\n");
        foreach (var d in report.Decisions)
            page.Append($"<li><strong>{Text(d.Task)}</strong>, {Text(d.Topic)}: {Text(d.Choice)}{(d.Why is { } why ? $" <span class=\"dim\">({Text(why)})</span>" : "")}</li>\n");
        page.Append("</ul>\n");
    }
}
