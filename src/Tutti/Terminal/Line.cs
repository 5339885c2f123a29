using Spectre.Console;
using Spectre.Console.Rendering;

namespace Tutti.Terminal;

/// <summary>A piece of a line. Its text is printed as it is: it must be printable already.</summary>
public sealed record Piece(string Text, Tone Tone = Tone.Plain);

/// <summary>A part of a row: cut or padded to its width, which is 0 where there is no room for it.</summary>
/// <param name="Text">From anywhere: it is made printable.</param>
/// <param name="Tone">Its colour.</param>
/// <param name="Width">In columns.</param>
/// <param name="Right">Aligned to the right.</param>
public sealed record Cell(string Text, Tone Tone, int Width, bool Right = false);

/// <summary>
/// One line of a screen. It never wraps: what does not fit is left out at its right end. There is no markup in it, so no
/// title can change how it looks.
/// </summary>
public sealed class Line(params IReadOnlyList<Piece> pieces) : IRenderable
{
    /// <summary>A line without anything.</summary>
    public static Line Empty { get; } = new(new Piece(" "));

    /// <summary>A line of text from anywhere.</summary>
    public static Line Of(string text, Tone tone = Tone.Plain) => new(new Piece(Printable.Line(text), tone));

    /// <summary>Cells side by side, a blank between them; those without width are left out.</summary>
    public static Line Row(Look look, params IEnumerable<Cell> cells)
    {
        var pieces = new List<Piece>();
        foreach (var cell in cells.Where(cell => cell.Width > 0))
        {
            if (pieces.Count > 0)
                pieces.Add(new Piece(" "));
            var text = Printable.Cut(Printable.Line(cell.Text), cell.Width, look.Ellipsis);
            var padding = new string(' ', Math.Max(0, cell.Width - Printable.Width(text)));
            pieces.Add(new Piece(cell.Right ? padding + text : text + padding, cell.Tone));
        }

        return new Line(pieces);
    }

    /// <summary>Text over as many lines as it needs, broken at blanks, each after <paramref name="indent"/> columns.</summary>
    public static IEnumerable<Line> Wrap(string text, int width, Tone tone = Tone.Plain, int indent = 0)
    {
        var room = Math.Max(1, width - indent);
        var line = "";
        foreach (var word in Printable.Line(text).Split(' ', StringSplitOptions.RemoveEmptyEntries).SelectMany(word => Chunks(word, room)))
        {
            if (line.Length > 0 && Printable.Width(line) + 1 + Printable.Width(word) > room)
            {
                yield return new Line(new Piece(new string(' ', indent) + line, tone));
                line = "";
            }

            line += line.Length > 0 ? $" {word}" : word;
        }

        if (line.Length > 0)
            yield return new Line(new Piece(new string(' ', indent) + line, tone));
    }

    /// <summary>Its text, without colours.</summary>
    public override string ToString() => string.Concat(pieces.Select(piece => piece.Text));

    Measurement IRenderable.Measure(RenderOptions options, int maxWidth)
    {
        var width = Math.Min(maxWidth, Printable.Width(ToString()));
        return new Measurement(width, width);
    }

    IEnumerable<Segment> IRenderable.Render(RenderOptions options, int maxWidth)
    {
        // The renderer drops colours by itself where there are none, but not bold: a file would get its escape sequences.
        var plain = options.ColorSystem == ColorSystem.NoColors;
        var left = maxWidth;
        foreach (var piece in pieces)
        {
            var text = Printable.Cut(piece.Text, left, "");
            if (text.Length > 0)
                yield return new Segment(text, plain ? Style.Plain : Look.StyleOf(piece.Tone));
            left -= Printable.Width(text);
        }
    }

    private static IEnumerable<string> Chunks(string word, int width)
    {
        while (Printable.Width(word) > width)
        {
            var head = Printable.Cut(word, width, "");
            if (head.Length == 0)
                break;
            yield return head;
            word = word[head.Length..];
        }

        yield return word;
    }
}
