using System.Text;
using System.Text.Json;
using Tutti.Core;

namespace Tutti.Engine.Documents;

/// <summary>Reads one JSON document into nodes, so that a <c>.json</c> file gets JSON's own errors; numbers stay as written.</summary>
internal ref struct JsonReader
{
    private readonly ReadOnlySpan<byte> _utf8;
    private readonly string _name;
    private Utf8JsonReader _reader;
    private long _counted;
    private int _nodes;
    private int _line = 1;

    private JsonReader(ReadOnlySpan<byte> utf8, string name)
    {
        _utf8 = utf8;
        _name = name;
        _reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = DocumentLimits.Depth });
    }

    /// <summary>The document's value; a null scalar for an empty document.</summary>
    /// <exception cref="FailureException">Broken JSON, a duplicate key, or too deep.</exception>
    public static Node Parse(string text, string name)
    {
        if (string.IsNullOrWhiteSpace(text))
            return new Scalar("", ScalarKind.Null, new Place(name, 1), "");
        try
        {
            var reader = new JsonReader(Encoding.UTF8.GetBytes(text), name);
            reader._reader.Read();
            var root = reader.Value(Labels.Root);
            reader._reader.Read(); // throws where anything follows the value
            return root;
        }
        catch (JsonException e)
        {
            var place = new Place(name, (int)(e.LineNumber ?? 0) + 1);
            throw new FailureException(DocumentFailure.Broken("JSON", place, Reason(e.Message)).Failure, e);
        }
    }

    private Node Value(Labels labels)
    {
        var place = Here();
        if (++_nodes > DocumentLimits.Nodes)
            throw DocumentFailure.TooManyValues(place);
        return _reader.TokenType switch
        {
            JsonTokenType.StartObject => Entries(labels, place),
            JsonTokenType.StartArray => Items(labels, place),
            JsonTokenType.String => new Scalar(Text(), ScalarKind.Text, place, labels.Own),
            JsonTokenType.Null => new Scalar("", ScalarKind.Null, place, labels.Own),
            _ => new Scalar(Encoding.UTF8.GetString(_reader.ValueSpan), ScalarKind.Plain, place, labels.Own),
        };
    }

    private Sequence Items(Labels labels, Place place)
    {
        var items = new List<Node>();
        while (_reader.Read() && _reader.TokenType != JsonTokenType.EndArray)
            items.Add(Value(labels.Item(items.Count)));
        return new Sequence(items, place, labels.Own);
    }

    private Mapping Entries(Labels labels, Place place)
    {
        var entries = new List<Entry>();
        var seen = new Dictionary<string, Place>();
        while (_reader.Read() && _reader.TokenType != JsonTokenType.EndObject)
        {
            var (key, at) = (Text(), Here());
            if (!seen.TryAdd(key, at))
                throw DocumentFailure.DuplicateKey(key, at, seen[key]);
            _reader.Read();
            entries.Add(new Entry(key, at, Value(labels.Key(key))));
        }

        return new Mapping(entries, place, labels.Own);
    }

    private string Text()
    {
        try
        {
            return _reader.GetString()!;
        }
        catch (InvalidOperationException)
        {
            // "\ud800": half a character cannot be kept in any file; the reader finds it only when asked for the text.
            throw DocumentFailure.Broken("JSON", Here(), "a string holds half of a surrogate pair");
        }
    }

    // Lines are counted once, as the reader moves on.
    private Place Here()
    {
        _line += _utf8[(int)_counted..(int)_reader.TokenStartIndex].Count((byte)'\n');
        _counted = _reader.TokenStartIndex;
        return new Place(_name, _line);
    }

    // "… LineNumber: 3 | BytePositionInLine: 5." counts from 0 and would contradict the line we name.
    private static string Reason(string message)
    {
        var end = message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        return end < 0 ? message : message[..end];
    }
}
