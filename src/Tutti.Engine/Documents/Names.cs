using System.Text.Json;

namespace Tutti.Engine.Documents;

/// <summary>How C# names are written in documents: <c>ReviewRounds</c> is <c>review_rounds</c>.</summary>
public static class Names
{
    /// <summary>An enumeration value's name in snake_case.</summary>
    public static string Of<T>(T value)
        where T : struct, Enum => Cache<T>.Names[value];

    private static class Cache<T>
        where T : struct, Enum
    {
        public static readonly Dictionary<T, string> Names =
            Enum.GetValues<T>().ToDictionary(value => value, value => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString()));
    }
}
