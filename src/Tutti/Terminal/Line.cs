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
    /// <summary>What it is made of.</summary>
    public IReadOnlyList<Piece> Pieces => pieces;

    /// <summary>A line without anything.</summary>
    public static Line Empty { get; } = new(new Piece(""));

    /// <summary>A line of text from anywhere.</summary>
    public static Line Of(string text, Tone tone = Tone.Plain) => new(new Piece(Printable.Line(text), tone));

    /// <summary>Cells side by side, a blank between them; those without width are left out, and nothing follows the last text.</summary>
    public static Line Row(Look look, params IEnumerable<Cell> cells)
    {
        var pieces = new List<Piece>();
        var gap = "";
        foreach (var cell in cells.Where(cell => cell.Width > 0))
        {
            var text = Printable.Cut(Printable.Line(cell.Text), cell.Width, look.Ellipsis);
            var padding = new string(' ', Math.Max(0, cell.Width - Printable.Width(text)));
            var before = cell.Right ? gap + padding : gap;
            gap = cell.Right ? " " : padding + " ";
            if (text.Length == 0)
            {
                gap = before + gap;
                continue;
            }

            pieces.Add(new Piece(before));
            pieces.Add(new Piece(text, cell.Tone));
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

    /// <summary>Text after a head, over as many lines as it needs, all of them indented by the head's width.</summary>
    public static IEnumerable<Line> Named(string head, string text, int width)
    {
        var before = head;
        foreach (var line in Wrap(text, width - head.Length))
        {
            yield return new Line(new Piece(before, Tone.Dim), new Piece(line.ToString()));
            before = new string(' ', head.Length);
        }
    }

    /// <summary>The line cut or padded to exactly so many columns.</summary>
    public Line Fit(int width)
    {
        var fit = new List<Piece>();
        var left = width;
        foreach (var piece in pieces)
        {
            var text = Printable.Cut(piece.Text, left, "");
            fit.Add(piece with { Text = text });
            left -= Printable.Width(text);
            if (text.Length < piece.Text.Length)
                break;
        }

        return new Line([.. fit, new Piece(new string(' ', left))]);
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
