using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Tutti.Terminal;

namespace Tutti.Commands;

/// <summary>What commands print on standard output: lines and columns for people, or one JSON value.</summary>
internal static class Answers
{
    /// <summary><c>--json</c>, the same for every command that has it.</summary>
    public static Option<bool> JsonOption() => new("--json") { Description = "Answer as JSON" };

    /// <summary>Prints a value as JSON.</summary>
    public static Task JsonAsync<T>(T value, JsonTypeInfo<T> type) => Console.Out.WriteLineAsync(JsonSerializer.Serialize(value, type));

    /// <summary>Prints a line; control characters of whatever is in it are taken out.</summary>
    public static Task LineAsync(string text) => Console.Out.WriteLineAsync(text.Length - text.TrimStart().Length is var indent && indent > 0 ? new string(' ', indent) + Printable.Line(text) : Printable.Line(text));

    /// <summary>Rows as lines, each column as wide as its widest cell. Never cut: paths and commands are there to be copied.</summary>
    public static IEnumerable<string> Columns(IReadOnlyList<IReadOnlyList<string>> rows)
    {
        var printable = rows.Select(row => row.Select(Printable.Line).ToList()).ToList();
        var widths = Enumerable.Range(0, printable.Max(row => (int?)row.Count) ?? 0)
            .Select(column => printable.Where(row => row.Count > column).Max(row => Printable.Width(row[column])))
            .ToList();
        return printable.Select(row => string.Concat(row.Select((cell, i) => cell + new string(' ', widths[i] - Printable.Width(cell) + 2))).TrimEnd());
    }

    /// <summary>An enumeration's value as JSON and screens write it: <c>already_in</c>.</summary>
    public static string Word<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());
}
