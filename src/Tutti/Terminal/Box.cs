namespace Tutti.Terminal;

/// <summary>Lines in a frame with a title.</summary>
public static class Box
{
    /// <summary>Columns the frame takes from each line.</summary>
    public const int Frame = 4;

    /// <summary>A box of exactly <paramref name="width"/> columns; what does not fit into it is left out.</summary>
    public static IEnumerable<Line> Of(string title, IEnumerable<Line> lines, int width, Look look)
    {
        var edges = look.Frame;
        var head = Printable.Cut(Printable.Line(title), Math.Max(0, width - 6), look.Ellipsis);
        yield return new Line(
            new Piece($"{edges.TopLeft}{edges.Across} ", Tone.Dim),
            new Piece(head, Tone.Strong),
            new Piece($" {Across(width - 5 - Printable.Width(head))}{edges.TopRight}", Tone.Dim));
        foreach (var line in lines)
        {
            var inner = line.Fit(width - Frame);
            yield return new Line([new Piece($"{edges.Down} ", Tone.Dim), .. inner.Pieces, new Piece($" {edges.Down}", Tone.Dim)]);
        }

        yield return new Line(new Piece($"{edges.BottomLeft}{Across(width - 2)}{edges.BottomRight}", Tone.Dim));

        string Across(int columns) => new(edges.Across, Math.Max(0, columns));
    }
}
