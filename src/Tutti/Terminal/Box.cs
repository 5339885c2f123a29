using Spectre.Console;
using Spectre.Console.Rendering;

namespace Tutti.Terminal;

/// <summary>Lines in a frame with a title.</summary>
public static class Box
{
    /// <summary>Columns the frame takes from each line.</summary>
    public const int Frame = 4;

    /// <summary>A box of exactly <paramref name="width"/> columns.</summary>
    public static IRenderable Of(string title, IEnumerable<Line> lines, int width, Look look) => new Panel(new Rows(lines))
    {
        Width = width,
        Border = look.Border,
        BorderStyle = Look.StyleOf(Tone.Dim),
        Padding = new Padding(1, 0),
        Header = new PanelHeader($" {Markup.Escape(Printable.Cut(Printable.Line(title), Math.Max(0, width - 8), look.Ellipsis))} "),
    };
}
