using System.Text.Json;
using Tutti.Core.Views;

namespace Tutti.Terminal;

/// <summary>The report in its four forms (SPEC 2, <c>tutti report --format</c>).</summary>
public static class ReportWriter
{
    /// <summary>For a terminal or a file of plain text.</summary>
    public static string Text(ReportView report, TerminalFacts facts) => Screen.Text(ReportText.Of(report, facts), facts);

    /// <summary>For a pull request, an issue, a note.</summary>
    public static string Markdown(ReportView report) => ReportMarkdown.Of(report);

    /// <summary>The view itself.</summary>
    public static string Json(ReportView report) => JsonSerializer.Serialize(report, ViewJson.Default.ReportView) + "\n";

    /// <summary>One page that needs no network, no script and no other file.</summary>
    public static string Html(ReportView report) => ReportHtml.Of(report);
}
