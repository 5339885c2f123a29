using System.Text.Json;

namespace Tutti.Engine.Journal;

/// <summary>
/// Brings the data of older versions of an event up to today's shape. A published shape is never edited: it gets a new
/// version in <see cref="EventTypes"/> and an arm here. Nothing has been published in two versions yet.
/// </summary>
public static class Upcasts
{
    /// <summary>Today's shape of data that was written in <paramref name="version"/>.</summary>
    public static JsonElement Apply(string type, int version, JsonElement data) => (type, version) switch
    {
        (_, 1) => data,
        _ => throw new JsonException($"no way from version {version} of {type}"),
    };
}
