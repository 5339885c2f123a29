using System.Text;

namespace Tutti.Engine.Documents;

/// <summary>
/// Writes nodes as YAML that people like to read and that every YAML version reads back to the same text: blocks for text of
/// several lines, quotes wherever a plain word could be taken for something else. YamlDotNet's emitter is not used: it folds
/// and re-indents text, and what it chooses differs between its versions.
/// </summary>
public static class YamlText
{
    // Longest list or map that stays on one line.
    private const int FlowWidth = 100;

    private static readonly HashSet<string> Reserved =
        new(StringComparer.OrdinalIgnoreCase) { "y", "n", "yes", "no", "on", "off", "true", "false", "null" };

    public static string Write(Node node)
    {
        var text = new StringBuilder();
        switch (node)
        {
            case Mapping { Entries.Count: > 0 } map:
                Entries(text, map, 0);
                break;
            case Sequence { Items.Count: > 0 } list:
                Items(text, list, 0);
                break;
            default:
                text.Append(Flow(node)).Append('\n');
                break;
        }

        return text.ToString();
    }

    private static void Entries(StringBuilder text, Mapping map, int indent)
    {
        var first = true;
        foreach (var entry in map.Entries)
        {
            // The first key of a list's item stands behind its dash.
            if (!first || text.Length == 0 || text[^1] == '\n')
                text.Append(' ', indent);
            first = false;
            text.Append(Word(entry.Key)).Append(':');
            Value(text, entry.Value, indent);
        }
    }

    private static void Value(StringBuilder text, Node value, int indent)
    {
        switch (value)
        {
            case Scalar { Kind: ScalarKind.Text } scalar when FitsBlock(scalar.Text):
                Block(text, scalar.Text, indent + 2);
                break;
            case Mapping map when !FitsFlow(map):
                text.Append('\n');
                Entries(text, map, indent + 2);
                break;
            case Sequence list when !FitsFlow(list):
                text.Append('\n');
                Items(text, list, indent + 2);
                break;
            default:
                text.Append(' ').Append(Flow(value)).Append('\n');
                break;
        }
    }

    private static void Items(StringBuilder text, Sequence list, int indent)
    {
        foreach (var item in list.Items)
        {
            text.Append(' ', indent).Append('-');
            if (item is Mapping { Entries.Count: > 0 } map)
            {
                text.Append(' ');
                Entries(text, map, indent + 2);
            }
            else
            {
                Value(text, item, indent);
            }
        }
    }

    // "|" keeps one line break at the end, "|-" none, "|+" all.
    private static void Block(StringBuilder text, string value, int indent)
    {
        var body = value.TrimEnd('\n');
        var breaks = value.Length - body.Length;
        text.Append(breaks switch { 0 => " |-\n", 1 => " |\n", _ => " |+\n" });
        foreach (var line in body.Split('\n'))
        {
            if (line.Length > 0)
                text.Append(' ', indent).Append(line);
            text.Append('\n');
        }

        text.Append('\n', Math.Max(0, breaks - 1));
    }

    // Blocks cannot begin with a blank, nor hold characters that YAML would fold or refuse; those go in quotes.
    private static bool FitsBlock(string text) =>
        text.Contains('\n')
        && text[0] is not (' ' or '\t' or '\n')
        && text.All(c => c == '\n' || c == '\t' || !NeedsEscape(c))
        && !text.Split('\n').Any(line => line.Length > 0 && string.IsNullOrWhiteSpace(line));

    private static bool FitsFlow(Node node) => node switch
    {
        Scalar => true,
        Sequence list => list.Items.Count == 0 || (list.Items.All(item => item is Scalar) && Flow(list).Length <= FlowWidth),
        Mapping map => map.Entries.Count == 0 || (map.Entries.All(entry => entry.Value is Scalar { Text: var text } && !text.Contains('\n')) && Flow(map).Length <= FlowWidth),
        _ => throw new InvalidOperationException($"no such node: {node.GetType()}"),
    };

    private static string Flow(Node node) => node switch
    {
        Scalar { Kind: ScalarKind.Null } => "null",
        Scalar { Kind: ScalarKind.Plain } scalar => scalar.Text,
        Scalar scalar => Word(scalar.Text),
        Sequence list => $"[{string.Join(", ", list.Items.Select(Flow))}]",
        Mapping { Entries.Count: 0 } => "{}",
        Mapping map => $"{{ {string.Join(", ", map.Entries.Select(entry => $"{Word(entry.Key)}: {Flow(entry.Value)}"))} }}",
        _ => throw new InvalidOperationException($"no such node: {node.GetType()}"),
    };

    private static string Word(string text) => IsPlain(text) ? text : Quoted(text);

    // Far fewer than YAML allows: begins with a letter, so that it is no number, date, alias or marker, and holds nothing that
    // means something in any context. "5.10" would be 5.1 to other readers, hence quotes.
    private static bool IsPlain(string text) =>
        text.Length > 0
        && char.IsAsciiLetter(text[0])
        && text[^1] != ' '
        && !Reserved.Contains(text)
        && text.All(c => (char.IsLetterOrDigit(c) && !char.IsSurrogate(c)) || " _-./*()+@%'=;".Contains(c));

    private static string Quoted(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (var c in text)
        {
            quoted.Append(c switch
            {
                '"' => "\\\"",
                '\\' => "\\\\",
                '\n' => "\\n",
                '\r' => "\\r",
                '\t' => "\\t",
                _ when NeedsEscape(c) => $"\\u{(int)c:x4}",
                _ => c.ToString(),
            });
        }

        return quoted.Append('"').ToString();
    }

    // Controls, and the line breaks and marks that YAML reads as such: NEL, LS, PS, BOM, and what is no character at all.
    private static bool NeedsEscape(char c) => char.IsControl(c) || c is '\u2028' or '\u2029' or '\uFEFF' or '\uFFFE' or '\uFFFF';
}
