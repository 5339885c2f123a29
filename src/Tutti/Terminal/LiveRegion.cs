using System.Text;

namespace Tutti.Terminal;

/// <summary>
/// The lines at the bottom of a terminal that are drawn again and again. The cursor is never hidden and no mode is left on between
/// two draws, so that there is nothing to restore: not after Ctrl-C, not after kill -9.
/// </summary>
public sealed class LiveRegion
{
    // Synchronized output: terminals that know it show a draw at once, the others ignore it.
    private const string Begin = "\u001b[?2026h";
    private const string End = "\u001b[?2026l";
    private const string EraseBelow = "\u001b[J";

    private IReadOnlyList<int> _widths = [];

    /// <summary>What puts <paramref name="frame"/> in the place of the last one, with <paramref name="above"/> scrolled in over it.</summary>
    /// <param name="above">Text that stays; ended lines, or nothing.</param>
    /// <param name="frame">Lines, with or without colours; only as many as the window has room for are drawn.</param>
    /// <param name="width">Columns of the window now; the last frame may have been drawn for another.</param>
    /// <param name="height">Rows of the window now.</param>
    public string Redraw(string above, IReadOnlyList<string> frame, int width, int height)
    {
        var drawn = frame.Take(Math.Max(0, height - 1)).ToList();
        var text = new StringBuilder(Begin).Append(Erase(width, height)).Append(above);
        foreach (var line in drawn)
            text.Append(line).Append('\n');
        _widths = drawn.ConvertAll(line => Printable.Width(Printable.Line(line)));
        return text.Append(End).ToString();
    }

    // A window that became narrower has broken the lines of the last frame: each takes as many rows as it needs now.
    private string Erase(int width, int height)
    {
        var rows = _widths.Sum(drawn => Math.Max(1, (drawn + width - 1) / Math.Max(1, width)));
        return rows == 0 ? "" : $"\u001b[{Math.Min(rows, Math.Max(1, height - 1))}A\r{EraseBelow}";
    }
}
