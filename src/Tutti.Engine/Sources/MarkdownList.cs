using System.Text;
using Tutti.Core;

namespace Tutti.Engine.Sources;

/// <summary>A check-box of a Markdown file with what belongs to it.</summary>
internal sealed class MarkdownItem
{
    /// <summary>Place in the list: <c>2.1</c> is the first child of the second.</summary>
    public required string Number { get; init; }

    public required MarkdownItem? Parent { get; init; }

    public required string Text { get; init; }

    /// <summary>The character inside the box.</summary>
    public required char Mark { get; init; }

    /// <summary>Position of the mark in the file's bytes.</summary>
    public required int MarkAt { get; init; }

    public required int Indent { get; init; }

    /// <summary>Line of the file, from 1.</summary>
    public required int Line { get; init; }

    /// <summary>The nearest heading above.</summary>
    public required string? Heading { get; init; }

    public List<MarkdownItem> Children { get; } = [];

    /// <summary>Indented lines below, as written.</summary>
    public List<string> Lines { get; } = [];
}

/// <summary>
/// Reads the check-boxes of a Markdown file. A box indented below another is its child; indented text below a box belongs to
/// it; what stands in code blocks and comments is no box, however it looks.
/// </summary>
internal sealed class MarkdownList
{
    private const int MaxDepth = 32;

    private readonly string _file;
    private readonly List<MarkdownItem> _items = [];
    private readonly Stack<MarkdownItem> _open = new();
    private string? _heading;
    private string? _fence;
    private bool _comment;
    private int _roots;

    private MarkdownList(string file) => _file = file;

    /// <summary>The boxes in the order of the file.</summary>
    /// <exception cref="FailureException"><c>source_broken</c>: boxes are nested deeper than 32.</exception>
    public static IReadOnlyList<MarkdownItem> Parse(byte[] bytes, string file)
    {
        var list = new MarkdownList(file);
        var start = bytes is [0xEF, 0xBB, 0xBF, ..] ? 3 : 0;
        for (var number = 1; start < bytes.Length; number++)
        {
            var length = bytes.AsSpan(start).IndexOf((byte)'\n') is var end and >= 0 ? end : bytes.Length - start;
            list.Take(Encoding.UTF8.GetString(bytes, start, length).TrimEnd('\r'), start, number);
            start += length + 1;
        }

        return list._items;
    }

    private void Take(string line, int start, int number)
    {
        if (IsLiteral(line))
            Describe(line);
        else if (MarkdownLine.ReadBox(line) is { } box)
            Add(box, start, number);
        else if (MarkdownLine.ReadHeading(line) is { } heading)
            (_heading, _) = (heading, Close(0));
        else
            Describe(line);
    }

    // Inside a code block or a comment; the lines that open and close them included.
    private bool IsLiteral(string line)
    {
        if (_comment || (_fence is null && line.TrimStart().StartsWith("<!--", StringComparison.Ordinal)))
        {
            _comment = !line.Contains("-->");
            return true;
        }

        var fence = MarkdownLine.ReadFence(line);
        if (_fence is null)
            _fence = fence;
        else if (fence is not null && fence[0] == _fence[0] && fence.Length >= _fence.Length && line.Trim() == fence)
            _fence = null;
        else
            return true;
        return fence is not null;
    }

    private void Add(MarkdownLine.Box box, int start, int number)
    {
        Close(box.Indent);
        var parent = _open.Count > 0 ? _open.Peek() : null;
        var item = new MarkdownItem
        {
            Number = parent is null ? $"{++_roots}" : $"{parent.Number}.{parent.Children.Count + 1}",
            Parent = parent,
            Text = box.Text,
            Mark = box.Mark,
            MarkAt = start + box.MarkAt,
            Indent = box.Indent,
            Line = number,
            Heading = _heading,
        };
        if (_open.Count >= MaxDepth)
            throw FailureException.Input("source_broken", $"{_file} line {number}: check-boxes are nested deeper than {MaxDepth}");
        parent?.Children.Add(item);
        _open.Push(item);
        _items.Add(item);
    }

    // A blank line belongs to whatever is open; any other to the box it is indented below.
    private void Describe(string line)
    {
        if (line.Trim().Length > 0)
            Close(MarkdownLine.IndentOf(line));
        if (_open.Count > 0)
            _open.Peek().Lines.Add(line);
    }

    private bool Close(int indent)
    {
        while (_open.Count > 0 && _open.Peek().Indent >= indent)
            _open.Pop();
        return true;
    }
}
