using System.Text;
using Tutti.Core.Views;

namespace Tutti.Terminal;

/// <summary>The timeline of a report: a row for each lane, a bar for each attempt, its words as tooltip.</summary>
public static class TimelineSvg
{
    private const int Width = 900;
    private const int Left = 60;
    private const int Row = 24;
    private const int Bar = 18;

    /// <summary>The picture as an <c>svg</c> element.</summary>
    public static string Of(ReportView report)
    {
        var lanes = report.Timeline.Max(bar => bar.Lane);
        var height = (lanes * Row) + 20;
        var scale = (Width - Left - 10) / Math.Max(1, report.Speed.WallSeconds);
        var svg = new StringBuilder($"<svg viewBox=\"0 0 {Width} {height}\" width=\"{Width}\" height=\"{height}\" role=\"img\" aria-label=\"Timeline\">\n");
        for (var lane = 1; lane <= lanes; lane++)
            svg.Append($"<text x=\"0\" y=\"{((lane - 1) * Row) + 13}\">agent {lane}</text>\n");
        foreach (var bar in report.Timeline)
            Task(svg, bar, scale);
        return svg.Append($"<text x=\"{Left}\" y=\"{height - 4}\">0s</text><text x=\"{Width - 10}\" y=\"{height - 4}\" text-anchor=\"end\">{Amounts.Duration(report.Speed.WallSeconds)}</text>\n</svg>\n").ToString();
    }

    private static void Task(StringBuilder svg, TimelineBar bar, double scale)
    {
        var y = (bar.Lane - 1) * Row;
        foreach (var part in bar.Parts)
        {
            var x = Left + (part.StartSeconds * scale);
            var width = Math.Max(1, (part.EndSeconds - part.StartSeconds) * scale);
            var title = $"{bar.Task} {Words.Of(part.Stage)} {part.State}, {part.Agent}, {Amounts.Duration(part.EndSeconds - part.StartSeconds)}";
            svg.Append($"<rect class=\"{Tone(part.State)}\" x=\"{x:0.#}\" y=\"{y}\" width=\"{width:0.#}\" height=\"{Bar}\" fill=\"currentColor\" fill-opacity=\".45\"><title>{ReportHtml.Text(title)}</title></rect>\n");
        }

        svg.Append($"<text x=\"{Left + (bar.StartSeconds * scale) + 3:0.#}\" y=\"{y + 13}\">{ReportHtml.Text(Printable.Cut(Printable.Line(bar.Task), Room(bar, scale), "…"))}</text>\n");
    }

    // A letter of the label is a little over seven units wide.
    private static int Room(TimelineBar bar, double scale) => Math.Max(0, (int)((((bar.EndSeconds - bar.StartSeconds) * scale) - 3) / 7.3));

    private static string Tone(string state) => ReportHtml.Class(state switch
    {
        "succeeded" => Terminal.Tone.Good,
        "running" => Terminal.Tone.Busy,
        "cancelled" or "interrupted" => Terminal.Tone.Dim,
        _ => Terminal.Tone.Bad,
    });
}
