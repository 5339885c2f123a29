using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Tutti.Engine.Documents;

/// <summary>Writes nodes as JSON: indented by two, readable characters left as they are, a line break at the end.</summary>
public static class JsonText
{
    private static readonly JsonWriterOptions Options = new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Write(Node node)
    {
        using var bytes = new MemoryStream();
        using (var writer = new Utf8JsonWriter(bytes, Options))
            Write(writer, node);
        return Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length) + "\n";
    }

    private static void Write(Utf8JsonWriter writer, Node node)
    {
        switch (node)
        {
            case Scalar { Kind: ScalarKind.Null }:
                writer.WriteNullValue();
                break;
            case Scalar { Kind: ScalarKind.Plain } scalar:
                writer.WriteRawValue(scalar.Text);
                break;
            case Scalar scalar:
                writer.WriteStringValue(scalar.Text);
                break;
            case Sequence list:
                writer.WriteStartArray();
                foreach (var item in list.Items)
                    Write(writer, item);
                writer.WriteEndArray();
                break;
            case Mapping map:
                writer.WriteStartObject();
                foreach (var entry in map.Entries)
                {
                    writer.WritePropertyName(entry.Key);
                    Write(writer, entry.Value);
                }

                writer.WriteEndObject();
                break;
            default:
                throw new InvalidOperationException($"no such node: {node.GetType()}");
        }
    }
}
