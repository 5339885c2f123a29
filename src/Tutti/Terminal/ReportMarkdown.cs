using System.Text;
using Tutti.Core.Views;

namespace Tutti.Terminal;

/// <summary>The report as Markdown. Text from outside cannot become a link, a heading, a tag or a row of a table.</summary>
public static class ReportMarkdown
{
    private const string Special = "\\`*_{}[]()<>#+!|~&";

    /// <summary>The whole report.</summary>
    public static string Of(ReportView report)
    {
        var text = new StringBuilder();
        Say(text, $"# {Text(ReportSections.Headline(report))}");
        if (report.Session.Request is { } request)
            Say(text, $"> {Text(request)}");
        if (report.Session.Reason is { } reason)
            Say(text, $"**{Text(reason.Message)}** {Text(reason.Hint ?? "")}".TrimEnd());
        foreach (var section in ReportSections.Of(report))
            Section(text, section);
        if (report.Session.Integration is { } waiting)
            Say(text, $"{Code(waiting.Branch)} is at {Code(Words.Commit(waiting.Commit))}: {Text(waiting.Why)}. {Code(waiting.Command)} takes it to {Code(report.Session.Target)}.");
        Figures(text, report);
        Decisions(text, report);
        return text.ToString();
    }

    /// <summary>Text that means nothing but itself.</summary>
    public static string Text(string text)
    {
        var escaped = new StringBuilder();
        foreach (var c in Printable.Line(text))
            escaped.Append(Special.Contains(c, StringComparison.Ordinal) ? $"\\{c}" : c.ToString());
        return escaped.ToString();
    }

    /// <summary>Text as code, fenced by one more backtick than it has in a row itself.</summary>
    public static string Code(string text)
    {
        var printable = Printable.Line(text);
        var run = 0;
        var longest = 0;
        foreach (var c in printable)
        {
            run = c == '`' ? run + 1 : 0;
            longest = Math.Max(longest, run);
        }

        var fence = new string('`', longest + 1);
        var blank = longest > 0 ? " " : "";
        return $"{fence}{blank}{printable}{blank}{fence}";
    }

    private static void Say(StringBuilder text, string paragraph) => text.Append(paragraph).Append("\n\n");

    private static void Section(StringBuilder text, ReportSection section)
    {
        Say(text, $"## {Text(section.Title)}");
        foreach (var task in section.Tasks)
        {
            var at = task.LandedCommit is { } commit ? $" ({Code(Words.Commit(commit))})" : "";
            text.Append($"- **{Text(task.Id)}** {Text(task.Title)}{at}\n");
            foreach (var (name, fact) in ReportSections.Facts(task))
                text.Append($"  - {name}: {(name == "look" ? Code(fact) : Text(fact))}\n");
        }

        text.Append('\n');
    }

    private static void Figures(StringBuilder text, ReportView report)
    {
        var ran = report.Tasks.Where(task => task.Attempts > 0).ToList();
        if (ran.Count == 0)
            return;
        text.Append("## Time and cost\n\n| task | work | wait | tries | retries | rounds | tokens | cost | stages |\n|---|--:|--:|--:|--:|--:|--:|--:|---|\n");
        foreach (var task in ran)
        {
            var stages = string.Join(", ", task.Stages.Select(s => $"{Words.Of(s.Stage)} {Amounts.Duration(s.Seconds)}"));
            text.Append($"| {Text(task.Id)} | {Amounts.Duration(task.BusySeconds)} | {Amounts.Duration(task.WaitSeconds)} | {task.Attempts} | {task.Retries} | {task.Rounds} ")
                .Append($"| {Amounts.Tokens(task.Tokens.Total)} | {Amounts.Usd(task.CostUsd)} | {stages} |\n");
        }

        text.Append('\n');
        foreach (var sentence in new[] { ReportSections.SpeedSentence(report), ReportSections.UsageSentence(report) }.OfType<string>())
            Say(text, Text(sentence));
    }

    private static void Decisions(StringBuilder text, ReportView report)
    {
        if (report.Decisions.Count == 0)
            return;
        Say(text, "## Decisions");
        foreach (var d in report.Decisions)
            text.Append($"- **{Text(d.Task)}**, {Text(d.Topic)}: {Text(d.Choice)}{(d.Why is { } why ? $" ({Text(why)})" : "")}\n");
        text.Append('\n');
    }
}
