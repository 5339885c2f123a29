using System.Buffers;
using Tutti.Core;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Tutti.Engine.Documents;

/// <summary>
/// Reads one YAML document into nodes, from the parser's events: they carry lines, and nothing is built before it has been
/// counted. One document a file; no tags but those of the core schema; anchors and aliases within a bound.
/// </summary>
internal sealed class YamlReader
{
    // A sample, with what is awkward in it:
    //   version: 1            every value is text until asked: 1, 5.10, on, 0x10 stay as written
    //   tasks: &all           an anchor; an alias (*all) repeats the same nodes
    //   - id: 8               the line of a map is that of its first key
    //     title:              empty is null, like ~ and null, but "" and '~' are text
    private static readonly SearchValues<char> ControlCharacters =
        SearchValues.Create([.. Enumerable.Range(0, 0xA0).Select(c => (char)c).Where(c => char.IsControl(c) && c is not ('\t' or '\n' or '\r' or '\u0085'))]);

    private readonly Parser _parser;
    private readonly string _name;
    private readonly int _lines;
    private readonly Dictionary<string, Built> _anchors = [];
    private int _nodes;
    private long _aliased;
    private Place _last;

    private YamlReader(string text, string name)
    {
        _parser = new Parser(new StringReader(text));
        _name = name;
        _lines = text.AsSpan().TrimEnd().Count('\n') + 1;
        _last = new Place(name, 1);
    }

    // Count and height with aliases followed; both saturate well above their limits and far below overflow.
    private sealed record Built(Node Node, long Count, int Height);

    /// <summary>The document's value; a null scalar for an empty document.</summary>
    /// <exception cref="FailureException">Broken YAML, a second document, a duplicate key, or too deep or too big.</exception>
    public static Node Parse(string text, string name)
    {
        CheckCharacters(text, name);
        var reader = new YamlReader(text, name);
        try
        {
            return reader.Document();
        }
        catch (YamlException e)
        {
            // Where it was noticed is where it is wrong, but for a quote that was never closed.
            var mark = e.Message.Contains("end of stream", StringComparison.Ordinal) ? e.Start : e.End;
            throw new FailureException(DocumentFailure.Broken("YAML", reader.At(mark), e.Message).Failure, e);
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException)
        {
            // YamlDotNet 16.3 fails so, without a mark, on "a: {x: 1\nb: 2" and on "!![x": the last good value is the best line there is.
            var place = reader._last;
            throw new FailureException(DocumentFailure.Broken("YAML", place, "the text breaks off after this line; is a bracket, brace or tag left open?").Failure, e);
        }
    }

    // YAML allows no control characters; YamlDotNet would take a NUL for the end and drop the rest without a word.
    private static void CheckCharacters(string text, string name)
    {
        var at = text.AsSpan().IndexOfAny(ControlCharacters);
        if (at >= 0)
            throw DocumentFailure.Broken("YAML", new Place(name, text.AsSpan(0, at).Count('\n') + 1), $"the control character U+{(int)text[at]:X4} is not allowed");
    }

    private Node Document()
    {
        _parser.Consume<StreamStart>();
        if (!_parser.TryConsume<DocumentStart>(out _))
            return new Scalar("", ScalarKind.Null, new Place(_name, 1), "");
        var root = Value(Labels.Root, 0).Node;
        _parser.Consume<DocumentEnd>();
        return _parser.Current is null or StreamEnd || _parser.Accept<StreamEnd>(out _)
            ? root
            : throw DocumentFailure.Broken("YAML", At(_parser.Current.Start), "a second document begins; one file holds one document");
    }

    private Built Value(Labels labels, int depth)
    {
        if (depth > DocumentLimits.Depth)
            throw TooDeep(_parser.Current!.Start);
        if (_parser.TryConsume<AnchorAlias>(out var alias))
            return Aliased(alias, depth);
        _parser.Accept<NodeEvent>(out var node);
        if (++_nodes > DocumentLimits.Nodes)
            throw DocumentFailure.TooManyValues(At(_parser.Current!.Start));
        CheckTag(node);
        var built = node switch
        {
            YamlDotNet.Core.Events.Scalar => Scalar(labels),
            SequenceStart => Items(labels, depth),
            MappingStart => Entries(labels, depth),
            _ => throw DocumentFailure.Broken("YAML", At(_parser.Current!.Start), "a value was expected"),
        };
        if (!node.Anchor.IsEmpty)
            _anchors[node.Anchor.Value] = built;
        return built;
    }

    // An anchor counts only from its end on, so that no value can hold itself.
    private Built Aliased(AnchorAlias alias, int depth)
    {
        if (!_anchors.TryGetValue(alias.Value.Value, out var built))
            throw DocumentFailure.Broken("YAML", At(alias.Start), $"there is no anchor '{DocumentFailure.Shown(alias.Value.Value)}' before this line");
        if (depth + built.Height - 1 > DocumentLimits.Depth)
            throw TooDeep(alias.Start);
        _aliased += built.Count;
        return _aliased <= DocumentLimits.AliasedNodes
            ? built
            : throw DocumentFailure.TooComplex(At(alias.Start), $"aliases repeat more than {DocumentLimits.AliasedNodes} values; write them out or leave them out");
    }

    private Built Scalar(Labels labels)
    {
        var scalar = _parser.Consume<YamlDotNet.Core.Events.Scalar>();
        var plain = scalar.Style == ScalarStyle.Plain && scalar.Tag.IsEmpty;
        var kind = !plain ? ScalarKind.Text : scalar.Value is "" or "~" or "null" or "Null" or "NULL" ? ScalarKind.Null : ScalarKind.Plain;
        return new Built(new Scalar(scalar.Value, kind, At(scalar.Start), labels.Own), 1, 1);
    }

    private Built Items(Labels labels, int depth)
    {
        var start = _parser.Consume<SequenceStart>();
        var items = new List<Node>();
        var (count, height) = (1L, 1);
        while (!_parser.TryConsume<SequenceEnd>(out _))
        {
            var item = Value(labels.Item(items.Count), depth + 1);
            items.Add(item.Node);
            count += item.Count;
            height = Math.Max(height, item.Height + 1);
        }

        return new Built(new Sequence(items, At(start.Start), labels.Own), count, height);
    }

    private Built Entries(Labels labels, int depth)
    {
        var start = _parser.Consume<MappingStart>();
        var entries = new List<Entry>();
        var seen = new Dictionary<string, Place>();
        var (count, height) = (1L, 1);
        while (!_parser.TryConsume<MappingEnd>(out _))
        {
            var (key, place) = Key();
            if (!seen.TryAdd(key, place))
                throw DocumentFailure.DuplicateKey(key, place, seen[key]);
            var value = Value(labels.Key(key), depth + 1);
            entries.Add(new Entry(key, place, value.Node));
            count += value.Count;
            height = Math.Max(height, value.Height + 1);
        }

        return new Built(new Mapping(entries, At(start.Start), labels.Own), count, height);
    }

    private (string Key, Place Place) Key()
    {
        if (!_parser.Accept<YamlDotNet.Core.Events.Scalar>(out var scalar))
            throw DocumentFailure.Broken("YAML", At(_parser.Current!.Start), "a key must be plain text");
        _parser.MoveNext();
        return scalar.Value.Length <= DocumentLimits.KeyLength
            ? (scalar.Value, At(scalar.Start))
            : throw DocumentFailure.TooComplex(At(scalar.Start), $"a key is longer than {DocumentLimits.KeyLength} characters");
    }

    private void CheckTag(NodeEvent? node)
    {
        if (node is { Tag: { IsEmpty: false, IsNonSpecific: false } tag } && !tag.Value.StartsWith("tag:yaml.org,2002:", StringComparison.Ordinal))
            throw DocumentFailure.Broken("YAML", At(node.Start), $"the tag {DocumentFailure.Shown(tag.Value)} is not understood");
    }

    private FailureException TooDeep(Mark mark) =>
        DocumentFailure.TooComplex(At(mark), $"maps and lists are nested more than {DocumentLimits.Depth} deep");

    // What is missing at the end is noticed behind it, on a line that no editor shows.
    private Place At(Mark mark) => _last = new(_name, (int)Math.Clamp(mark.Line, 1, _lines));
}
