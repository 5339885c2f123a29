using System.Buffers;
using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.Json;
using Tutti.Core.Session;

namespace Tutti.Engine.Journal;

/// <summary>One line of a journal.</summary>
/// <param name="Recorded">The event with its place.</param>
/// <param name="More">Further events of the same decision follow; without them this one does not count.</param>
public sealed record JournalLine(Recorded Recorded, bool More);

/// <summary>
/// Events as lines and back. A line is one JSON object whose last member is a checksum of all bytes before it:
/// <code>{"seq":7,"at":"2026-11-21T09:30:00.0000000Z","type":"task.started","v":1,"data":{"task":"auth",…},"correlation":"auth","cause":6,"sum":"1a2b3c4d"}</code>
/// </summary>
public static class EventCodec
{
    /// <summary>What the problem of a line begins with that is whole, and of a version that is not known here.</summary>
    public const string Newer = "written by a newer Tutti";

    private const string SumMark = ",\"sum\":\"";

    // ,"sum":"xxxxxxxx"}
    private const int SumLength = 8 + 8 + 2;

    /// <summary>The line of an event, without its line feed.</summary>
    /// <param name="recorded">The event.</param>
    /// <param name="more">Further events of the same decision follow.</param>
    public static string Encode(Recorded recorded, bool more) => Summed(Text(recorded, more));

    /// <summary>The masked line of an event, and the event as it will be read back from that: the very same one where nothing is masked.</summary>
    /// <param name="recorded">The event.</param>
    /// <param name="more">Further events of the same decision follow.</param>
    /// <param name="mask">Takes secrets out of the text before it is written anywhere; gives back the same string where it holds none.</param>
    public static (Recorded Masked, string Line) Encode(Recorded recorded, bool more, Func<string, string> mask)
    {
        var text = Text(recorded, more);
        var masked = mask(text);
        return (ReferenceEquals(text, masked) ? recorded : ReadBack(recorded, masked), Summed(masked));
    }

    /// <summary>Reads a line.</summary>
    /// <param name="line">UTF-8, without its line feed.</param>
    /// <param name="problem">What is wrong with it, when null is returned.</param>
    public static JournalLine? Decode(ReadOnlySpan<byte> line, out string? problem)
    {
        problem = SumProblem(line);
        if (problem is not null)
            return null;
        try
        {
            using var document = JsonDocument.Parse(line.ToArray());
            return Read(document.RootElement, out problem);
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException or KeyNotFoundException)
        {
            // The checksum fits, so these bytes were written on purpose: by a version that wrote another shape.
            problem = $"unreadable: {e.Message}";
            return null;
        }
    }

    private static string Text(Recorded recorded, bool more)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer))
            Write(json, recorded, more);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static string Summed(string text)
    {
        var body = text[..^1];
        return $"{body}{SumMark}{Sum(Encoding.UTF8.GetBytes(body)):x8}\"}}";
    }

    // Whose task it is stays: a conductor would not find it by another name.
    private static Recorded ReadBack(Recorded recorded, string masked)
    {
        using var line = JsonDocument.Parse(masked);
        var e = (Event)line.RootElement.GetProperty("data").Deserialize(EventTypes.Of(recorded.Event).Json)!;
        return recorded with { Event = e is TaskEvent about ? about with { Task = ((TaskEvent)recorded.Event).Task } : e };
    }

    private static void Write(Utf8JsonWriter json, Recorded recorded, bool more)
    {
        var kind = EventTypes.Of(recorded.Event);
        json.WriteStartObject();
        json.WriteNumber("seq", recorded.Seq);
        json.WriteString("at", recorded.At.UtcDateTime.ToString("O", CultureInfo.InvariantCulture));
        json.WriteString("type", kind.Name);
        json.WriteNumber("v", kind.Version);
        json.WritePropertyName("data");
        JsonSerializer.Serialize(json, recorded.Event, kind.Json);
        if (recorded.Correlation is { } correlation)
            json.WriteString("correlation", correlation);
        if (recorded.Cause is { } cause)
            json.WriteNumber("cause", cause);
        if (more)
            json.WriteBoolean("more", true);
        json.WriteEndObject();
    }

    private static JournalLine? Read(JsonElement root, out string? problem)
    {
        var name = root.GetProperty("type").GetString()!;
        var version = root.GetProperty("v").GetInt32();
        if (EventTypes.Named(name) is not { } kind || version > kind.Version)
        {
            problem = $"{Newer}: {name} version {version}";
            return null;
        }

        problem = null;
        var data = Upcasts.Apply(name, version, root.GetProperty("data"));
        var e = (Event)data.Deserialize(kind.Json)!;
        var at = DateTimeOffset.Parse(root.GetProperty("at").GetString()!, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind);
        var correlation = root.TryGetProperty("correlation", out var c) ? c.GetString() : null;
        var cause = root.TryGetProperty("cause", out var k) ? k.GetInt64() : (long?)null;
        var more = root.TryGetProperty("more", out var m) && m.GetBoolean();
        return new JournalLine(new Recorded(root.GetProperty("seq").GetInt64(), at, e, correlation, cause), more);
    }

    private static string? SumProblem(ReadOnlySpan<byte> line)
    {
        if (line.Length <= SumLength || line[^1] != (byte)'}')
            return "not a whole line";
        var body = line[..^SumLength];
        var tail = Encoding.ASCII.GetString(line[^SumLength..]);
        return tail == $"{SumMark}{Sum(body):x8}\"}}" ? null : "the checksum does not fit";
    }

    // CRC-32C finds every single flipped bit and every burst of up to 32.
    private static uint Sum(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        while (bytes.Length >= 8)
        {
            crc = BitOperations.Crc32C(crc, BitConverter.ToUInt64(bytes));
            bytes = bytes[8..];
        }

        foreach (var b in bytes)
            crc = BitOperations.Crc32C(crc, b);
        return ~crc;
    }
}
