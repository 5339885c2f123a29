using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Tutti.Core;
using Tutti.Engine.Documents;

namespace Tutti.Engine.Sources;

/// <summary>A JSON document that knows where in its file each value stands.</summary>
internal sealed class JsonSource : IDisposable
{
    private const int MaxDepth = 64;
    private const int MaxTitle = 300;
    private static ReadOnlySpan<byte> Bom => [0xEF, 0xBB, 0xBF];

    private readonly byte[] _bytes;
    private readonly string _file;
    private readonly int _firstLine;
    private readonly JsonDocument _document;

    private JsonSource(byte[] bytes, string file, int firstLine, JsonDocument document)
    {
        _bytes = bytes;
        _file = file;
        _firstLine = firstLine;
        _document = document;
    }

    public JsonElement Root => _document.RootElement;

    /// <summary>Reads JSON; a byte order mark before it is allowed.</summary>
    /// <param name="bytes">The text; kept, not copied.</param>
    /// <param name="file">For messages.</param>
    /// <param name="firstLine">The line of the file on which the text starts.</param>
    /// <exception cref="FailureException"><c>source_broken</c> with file and line.</exception>
    public static JsonSource Parse(byte[] bytes, string file, int firstLine = 1)
    {
        var start = bytes.AsSpan().StartsWith(Bom) ? Bom.Length : 0;
        try
        {
            CheckText(bytes, file, firstLine);
            CheckNames(bytes.AsSpan(start));
            return new JsonSource(bytes, file, firstLine, JsonDocument.Parse(bytes.AsMemory(start), new JsonDocumentOptions { MaxDepth = MaxDepth }));
        }
        catch (JsonException e)
        {
            var why = e.Message.Split(" LineNumber:")[0].Split(" Path:")[0].TrimEnd('.', ' ');
            throw FailureException.Input("source_broken", $"{file} line {(e.LineNumber ?? 0) + firstLine} is not JSON: {DocumentFailure.OneLine(why)}", "mend the file, or restore it from its history");
        }
    }

    /// <summary>A failure of the input that names file and line of a value.</summary>
    public FailureException Wrong(JsonElement at, string code, string message, string? hint = null) =>
        FailureException.Input(code, $"{message} ({_file} line {LineOf(at)})", hint);

    /// <summary>Position of the value's first byte, and its length, in the bytes that were parsed.</summary>
    public (int Start, int Length) PlaceOf(JsonElement element) => PlaceOf(JsonMarshal.GetRawUtf8Value(element));

    /// <summary>Position of a property's name without its quotes, and its length.</summary>
    public (int Start, int Length) PlaceOfName(JsonProperty property) => PlaceOf(JsonMarshal.GetRawUtf8PropertyName(property));

    public void Dispose() => _document.Dispose();

    /// <summary>The property, or null where it is missing or null, or this is no object.</summary>
    public static JsonElement? Get(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    /// <summary>The items of a property that is an array; none otherwise.</summary>
    public static IEnumerable<JsonElement> Items(JsonElement element, string name) =>
        Get(element, name) is { ValueKind: JsonValueKind.Array } array ? array.EnumerateArray() : [];

    /// <summary>A string or number as text, numbers as written; empty where missing or of another kind.</summary>
    public static string Text(JsonElement element, string name) => Get(element, name) is { } value ? Text(value) : "";

    /// <summary>A string or number as text, numbers as written; empty for other kinds.</summary>
    public static string Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => Unescape(value),
        JsonValueKind.Number => value.GetRawText(),
        _ => "",
    };

    /// <summary>A text as one line of bounded length without control characters, fit for a title.</summary>
    public static string OneLine(string text)
    {
        var line = string.Join(' ', new string([.. text.Select(c => char.IsControl(c) || c is '\u2028' or '\u2029' ? ' ' : c)])
            .Split(' ', StringSplitOptions.RemoveEmptyEntries));
        return ShortText.Of(line, MaxTitle);
    }

    /// <summary>An id as text.</summary>
    /// <exception cref="FailureException"><c>task_id_invalid</c>: none, or one with control characters or more than 200 characters.</exception>
    public string Id(JsonElement element, string name)
    {
        var id = Text(element, name).Trim();
        if (id.Length is 0 or > 200 || id.Any(char.IsControl))
            throw Wrong(element, "task_id_invalid", id.Length == 0 ? $"a task has no {name}" : $"a task has an {name} that cannot be used");
        return id;
    }

    // `"\ud83d"` alone, half of an emoji cut by some tool, is JSON but no text; it is shown as written.
    private static string Unescape(JsonElement value)
    {
        try
        {
            return value.GetString() ?? "";
        }
        catch (InvalidOperationException)
        {
            return value.GetRawText().Trim('"');
        }
    }

    // The reader passes over bytes inside a text that are none, and throws when the text is asked for.
    private static void CheckText(byte[] bytes, string file, int firstLine)
    {
        if (Utf8.IsValid(bytes))
            return;
        var at = 0;
        while (Rune.DecodeFromUtf8(bytes.AsSpan(at), out _, out var length) == OperationStatus.Done)
            at += length;
        throw FailureException.Input("source_broken", $"{file} line {bytes.AsSpan(0, at).Count((byte)'\n') + firstLine} is not UTF-8", "save it as UTF-8, or restore it from its history");
    }

    // The same half of an emoji in a name would make every later lookup throw.
    private static void CheckNames(ReadOnlySpan<byte> bytes)
    {
        var reader = new Utf8JsonReader(bytes, new JsonReaderOptions { MaxDepth = MaxDepth });
        while (reader.Read())
        {
            if (reader.TokenType != JsonTokenType.PropertyName || !reader.ValueIsEscaped)
                continue;
            try
            {
                reader.GetString();
            }
            catch (InvalidOperationException e)
            {
                throw new JsonException(e.Message, path: null, bytes[..(int)reader.TokenStartIndex].Count((byte)'\n'), bytePositionInLine: null, e);
            }
        }
    }

    private int LineOf(JsonElement element) => _bytes.AsSpan(0, PlaceOf(element).Start).Count((byte)'\n') + _firstLine;

    private (int Start, int Length) PlaceOf(ReadOnlySpan<byte> raw) =>
        _bytes.AsSpan().Overlaps(raw, out var start) ? (start, raw.Length) : throw new InvalidOperationException("the value is not of this document");
}
