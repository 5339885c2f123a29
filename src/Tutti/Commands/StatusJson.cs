using System.Text.Json;
using Tutti.Core.Session;
using Tutti.Core.Views;

namespace Tutti.Commands;

/// <summary><c>tutti status --json</c> (SPEC 6), and the JSON of the other views.</summary>
internal static class StatusJson
{
    /// <summary>What is said where there is no session.</summary>
    public const string None =
        """
        {
          "version": 1,
          "session": null,
          "tasks": [],
          "totals": { "done": 0, "failed": 0, "blocked": 0, "running": 0, "pending": 0, "cost_usd": null },
          "eta_seconds": null,
          "resources": null,
          "collisions": []
        }
        """;

    /// <summary>Writes one document and a line end to standard output, as bytes: a console's writer would cost its start.</summary>
    public static Task WriteAsync(StatusKind kind, SessionState state, LiveInfo live, bool indented, CancellationToken cancellation) =>
        WriteAsync(Bytes(kind, state, live, indented), cancellation);

    /// <summary>Writes a document as it is.</summary>
    public static async Task WriteAsync(ReadOnlyMemory<byte> document, CancellationToken cancellation)
    {
        await using var stdout = Console.OpenStandardOutput();
        await stdout.WriteAsync(document, cancellation);
        await stdout.FlushAsync(cancellation);
    }

    /// <summary>The document, with a line end.</summary>
    public static ReadOnlyMemory<byte> Bytes(StatusKind kind, SessionState state, LiveInfo live, bool indented)
    {
        var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, new JsonWriterOptions { Indented = indented }))
            Write(json, kind, state, live);
        bytes.WriteByte((byte)'\n');
        return bytes.ToArray();
    }

    private static void Write(Utf8JsonWriter json, StatusKind kind, SessionState state, LiveInfo live)
    {
        switch (kind)
        {
            case StatusKind.Summary or StatusKind.Detailed:
                JsonSerializer.Serialize(json, StatusView.From(state, live), ViewJson.Default.StatusView);
                break;
            case StatusKind.Issues:
                JsonSerializer.Serialize(json, IssuesView.From(state, live), ViewJson.Default.IssuesView);
                break;
            case StatusKind.Resources:
                json.WriteStartObject();
                json.WriteNumber("version", StatusView.CurrentVersion);
                json.WriteString("session", state.Id);
                json.WritePropertyName("resources");
                JsonSerializer.Serialize(json, ResourcesView.From(state, live), ViewJson.Default.ResourcesView);
                json.WriteEndObject();
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(kind), kind, null);
        }
    }
}
