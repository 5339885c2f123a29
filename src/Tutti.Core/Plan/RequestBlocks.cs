using System.Text;

namespace Tutti.Core.Plan;

/// <summary>Tells the items of lists from prose, line by line.</summary>
internal static class RequestBlocks
{
    /// <summary>Blocks in their order: an item with all that is indented below it, or lines of prose. What announces a list ("Do this:") is left out.</summary>
    public static IReadOnlyList<(string Text, bool IsItem)> Of(string text)
    {
        var blocks = new List<(string Text, bool IsItem)>();
        var open = new StringBuilder();
        var openIndent = -1; // of the item being read; -1 in prose
        foreach (var line in Numbered(text).Split('\n'))
        {
            var indent = line.Length - line.TrimStart().Length;
            var content = ItemText(line);
            if (content is not null && (openIndent < 0 || indent <= openIndent))
            {
                Close(blocks, open, openIndent >= 0, beforeItem: true);
                openIndent = indent;
                open.Append(content);
            }
            else if (openIndent >= 0 && line.Trim().Length > 0 && indent <= openIndent)
            {
                Close(blocks, open, isItem: true, beforeItem: false);
                openIndent = -1;
                open.Append(line);
            }
            else
            {
                AppendLine(open, line, openIndent >= 0);
            }
        }

        Close(blocks, open, openIndent >= 0, beforeItem: false);
        return blocks;
    }

    // A line of prose that goes on where the last one was wrapped is the same sentence.
    private static void AppendLine(StringBuilder open, string line, bool isItem)
    {
        var wrapped = !isItem && open.Length > 0 && open[^1] is not ('\n' or '.' or ';' or ':' or '!' or '?' or ',')
            && line.Length > 0 && char.IsLower(line[0]) && !RequestWords.IsVerb(RequestText.Words(line, 1).FirstOrDefault(""));
        if (open.Length > 0)
            open.Append(wrapped ? ' ' : '\n');
        open.Append(line);
    }

    private static void Close(List<(string Text, bool IsItem)> blocks, StringBuilder open, bool isItem, bool beforeItem)
    {
        var text = open.ToString().Trim();
        open.Clear();
        if (!isItem && beforeItem)
            text = WithoutAnnouncement(text);
        if (text.Length > 0)
            blocks.Add((text, isItem));
    }

    private static string WithoutAnnouncement(string text)
    {
        if (!text.EndsWith(':'))
            return text;
        var start = text.LastIndexOfAny(['\n', '.', ';']);
        return start < 0 ? "" : text[..(start + 1)];
    }

    // "- x", "* x", "• x", "3. x", "3) x", "- [ ] x"
    private static string? ItemText(string line)
    {
        var text = line.TrimStart();
        var digits = text.Length - text.TrimStart("0123456789").Length;
        var marker = digits is > 0 and < 4 && digits < text.Length && text[digits] is '.' or ')' ? digits + 1
            : text.Length > 0 && text[0] is '-' or '*' or '+' or '•' ? 1
            : 0;
        if (marker == 0 || marker >= text.Length || text[marker] != ' ')
            return null;
        var content = text[marker..].TrimStart();
        return content.Length > 3 && content[0] == '[' && content[2] == ']' ? content[3..].TrimStart() : content;
    }

    // "Do 1) this 2) that": numbers that count up from one inside a line start lines of their own.
    private static string Numbered(string text)
    {
        var places = new List<int>();
        for (var from = 0; from < text.Length;)
        {
            var at = FindNumber(text, places.Count + 1, from);
            if (at < 0)
                break;
            places.Add(at);
            from = at + 2;
        }

        if (places.Count < 2)
            return text;
        var result = new StringBuilder(text);
        foreach (var place in Enumerable.Reverse(places).Where(place => place > 0 && text[place - 1] != '\n'))
        {
            // "(1) this": the bracket goes with the number.
            var bracket = text[place - 1] == '(' ? 1 : 0;
            result.Remove(place - bracket, bracket).Insert(place - bracket, '\n');
        }

        return result.ToString();
    }

    private static int FindNumber(string text, int number, int from)
    {
        foreach (var mark in new[] { $"{number}) ", $"{number}. " })
        {
            for (var at = text.IndexOf(mark, from, StringComparison.Ordinal); at >= 0; at = text.IndexOf(mark, at + 1, StringComparison.Ordinal))
            {
                if (at == 0 || text[at - 1] is ' ' or '\n' or '(')
                    return at;
            }
        }

        return -1;
    }
}
