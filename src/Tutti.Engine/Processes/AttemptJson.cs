using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Tutti.Engine.Host;

namespace Tutti.Engine.Processes;

/// <summary>The JSON files of an attempt's folder.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(AttemptNote))]
[JsonSerializable(typeof(ProcessIdentity))]
[JsonSerializable(typeof(ExitNote))]
internal sealed partial class AttemptJson : JsonSerializerContext
{
    // request.json may carry a prompt among its arguments; the others are a line.
    private const int LargestFile = 4 * 1024 * 1024;

    /// <summary>A small JSON file, or null when it is missing, torn, too large, not of this shape, or may not be read.</summary>
    public static T? Read<T>(string path, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            if (RegularFile.LengthOfOwn(path) is 0 or > LargestFile)
                return null;
            return JsonSerializer.Deserialize(File.ReadAllBytes(path), type);
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException && DiskTrouble.Of(e) is null)
        {
            // Half-written by a process that died, removed between the look and the read, or locked away or led astray by an agent: as good as absent.
            return null;
        }
    }
}

/// <summary><c>exit.json</c>: <c>{"code":137,"signal":9,"at":"2026-01-31T12:00:00Z"}</c>; <c>at</c> is missing where <c>date</c> failed.</summary>
internal sealed record ExitNote(int Code, int? Signal = null, DateTimeOffset? At = null)
{
    // mv keeps the time at which the line was written; a copy of the folder does not.
    private static readonly TimeSpan SameMoment = TimeSpan.FromSeconds(2);

    public static AttemptExit? Read(AttemptFolder folder)
    {
        if (AttemptJson.Read(folder.Exit, AttemptJson.Default.ExitNote) is not { } note)
            return null;
        var written = new DateTimeOffset(File.GetLastWriteTimeUtc(folder.Exit), TimeSpan.Zero);
        var at = note.At is { } said && (written - said).Duration() > SameMoment ? said : written;
        return new AttemptExit(note.Code, note.Signal, at, ExitCause.Exited);
    }
}
