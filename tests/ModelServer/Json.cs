using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ModelServer;

/// <summary>Lenient looks at what clients send.</summary>
internal static class Json
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Write(object value) => JsonSerializer.Serialize(value, Plain);

    /// <summary>The string, or empty if it is none.</summary>
    public static string Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : "";

    public static bool IsTrue(JsonNode? node) => node is JsonValue value && value.TryGetValue<bool>(out var yes) && yes;

    /// <summary>The objects of an array; none if it is no array.</summary>
    public static IEnumerable<JsonObject> Objects(JsonNode? node) => (node as JsonArray ?? []).OfType<JsonObject>();

    /// <summary>A content that is a string, or a list of pieces with a <c>text</c>.</summary>
    public static string TextOf(JsonNode? content) => content is JsonArray pieces
        ? string.Join('\n', Objects(pieces).Select(piece => Text(piece["text"])).Where(text => text.Length > 0))
        : Text(content);

    /// <summary>An object that came as text, as OpenAI sends arguments; null if it is none.</summary>
    public static JsonNode? Parse(string text)
    {
        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            return null; // a freeform tool's input is no JSON
        }
    }
}

/// <summary>Makes the least value that fits a JSON schema.</summary>
internal static class Sample
{
    public static JsonNode Of(JsonObject schema)
    {
        if (schema["enum"] is JsonArray { Count: > 0 } words)
            return words[0]!.DeepClone();
        return TypeOf(schema) switch
        {
            "object" => ObjectOf(schema),
            "array" => new JsonArray(),
            "integer" or "number" => schema["minimum"]?.DeepClone() ?? JsonValue.Create(0),
            "boolean" => JsonValue.Create(false),
            _ => JsonValue.Create("-"),
        };
    }

    private static JsonObject ObjectOf(JsonObject schema)
    {
        var made = new JsonObject();
        var required = (schema["required"] as JsonArray ?? []).Select(Json.Text).ToHashSet();
        foreach (var (name, property) in schema["properties"] as JsonObject ?? [])
        {
            if (required.Contains(name) && property is JsonObject inner)
                made[name] = Of(inner);
        }

        return made;
    }

    // Gemini writes types in capitals; a nullable one is a list.
    private static string TypeOf(JsonObject schema) => schema["type"] switch
    {
        JsonArray types => Json.Text(types[0]),
        { } type => Json.Text(type).ToLowerInvariant(),
        null => schema.ContainsKey("properties") ? "object" : "string",
    };
}
