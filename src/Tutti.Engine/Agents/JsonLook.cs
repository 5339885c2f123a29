using System.Text.Json;

namespace Tutti.Engine.Agents;

/// <summary>
/// Looks into JSON that others wrote: what is missing or of another kind is null, never an exception. Agents change their
/// streams from version to version.
/// </summary>
internal static class JsonLook
{
    // Of one request, or of one conversation; far beyond what there is.
    private const long MostTokens = 1_000_000_000_000;
    private const decimal MostMoney = 1_000_000_000;

    /// <summary>The member of that name; null where this is no object, has none, or holds null.</summary>
    public static JsonElement? Get(this JsonElement e, string name) =>
        e.ValueKind == JsonValueKind.Object && TryGet(e, name) is { ValueKind: not JsonValueKind.Null } value ? value : null;

    /// <summary>The member at the end of a path of names.</summary>
    public static JsonElement? Get(this JsonElement e, string name, params ReadOnlySpan<string> further)
    {
        var found = e.Get(name);
        foreach (var next in further)
            found = found?.Get(next);
        return found;
    }

    /// <summary>A text.</summary>
    public static string? Text(this JsonElement e, string name) => e.Get(name) is { } text ? text.Text() : null;

    /// <summary>A whole number; one with a fraction is cut.</summary>
    public static long? Count(this JsonElement e, string name) => e.Number(name) is { } number and > -9e18 and < 9e18 ? (long)number : null;

    /// <summary>A number.</summary>
    public static double? Number(this JsonElement e, string name) => e.Get(name) is { ValueKind: JsonValueKind.Number } number && number.TryGetDouble(out var value) ? value : null;

    /// <summary>A number of tokens; 0 where there is none, or one that nobody can have used: sums and budgets rest on it.</summary>
    public static long Tokens(this JsonElement e, string name) => e.Count(name) is > 0 and <= MostTokens and var tokens ? tokens : 0;

    /// <summary>An amount of money; null where there is none, or one that nobody can have spent.</summary>
    public static decimal? Money(this JsonElement e, string name) =>
        e.Get(name) is { ValueKind: JsonValueKind.Number } number && number.TryGetDecimal(out var value) && value is >= 0 and <= MostMoney ? value : null;

    /// <summary>True or false.</summary>
    public static bool? Flag(this JsonElement e, string name) => e.Get(name) is { ValueKind: JsonValueKind.True or JsonValueKind.False } flag ? flag.GetBoolean() : null;

    /// <summary>The elements of a list; none where there is no list.</summary>
    public static IEnumerable<JsonElement> List(this JsonElement e, string name) => e.Get(name) is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray() : [];

    // "\ud83d" alone, half of an emoji cut by a stream in pieces, is JSON but no text: as good as absent, in a name as in a value.
    private static JsonElement? TryGet(JsonElement e, string name)
    {
        try
        {
            return e.TryGetProperty(name, out var value) ? value : null;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>A member's name; null where it is no text.</summary>
    public static string? NameOf(this JsonProperty member)
    {
        try
        {
            return member.Name;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>The value itself as a text; null where it is none.</summary>
    public static string? Text(this JsonElement text)
    {
        try
        {
            return text.ValueKind == JsonValueKind.String ? text.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}
