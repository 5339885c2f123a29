using System.Globalization;
using Tutti.Core;

namespace Tutti.Engine.Documents;

/// <summary>
/// What a node is asked to be. Each question either gets a value or throws a <see cref="FailureException"/> that says what was
/// expected and where (<c>wrong_type</c>, <c>out_of_range</c>, <c>unknown_value</c>).
/// </summary>
public static class NodeValues
{
    /// <summary>Longest time that any setting accepts.</summary>
    public static readonly TimeSpan LongestDuration = TimeSpan.FromDays(365);

    private const string DurationForm = "a length of time such as 90s, 30m or 1h30m";
    private const string SizeForm = "a size such as 512MB or 2GB";

    /// <summary>The text as written; numbers and booleans are text too.</summary>
    public static string Text(this Node node) =>
        node is not Scalar { Kind: not ScalarKind.Null } scalar ? throw DocumentFailure.WrongType(node, "text")
        // Whatever is started with it would stop reading there, and git takes no such message.
        : scalar.Text.Contains('\0') ? throw DocumentFailure.WrongType(node, "text without the character U+0000", @"between double quotes, YAML takes \0 for it: write \\0 there, or use single quotes")
        : scalar.Text;

    /// <summary>Text that is not blank, as written.</summary>
    public static string Filled(this Node node) =>
        string.IsNullOrWhiteSpace(node.Text()) ? throw DocumentFailure.WrongType(node, "text that is not blank") : node.Text();

    /// <summary>Text that is not blank, without the blanks around it.</summary>
    public static string Word(this Node node) => node.Filled().Trim();

    /// <summary>A list of texts that are not blank; a single text is a list of one.</summary>
    public static IReadOnlyList<string> Texts(this Node node) => node switch
    {
        Sequence list => [.. list.Items.Select(Filled)],
        Scalar { Kind: not ScalarKind.Null } => [node.Filled()],
        _ => throw DocumentFailure.WrongType(node, "text or a list of texts"),
    };

    /// <summary>The values of a list.</summary>
    public static IReadOnlyList<Node> Items(this Node node) => node is Sequence list ? list.Items : throw DocumentFailure.WrongType(node, "a list");

    /// <summary>The entries of a map; an empty value is an empty map.</summary>
    public static IReadOnlyList<Entry> Entries(this Node node) => node switch
    {
        Mapping map => map.Entries,
        { IsNull: true } => [],
        _ => throw DocumentFailure.WrongType(node, "a map of keys and values"),
    };

    /// <summary><c>true</c> or <c>false</c>; YAML 1.1's <c>yes</c>, <c>no</c>, <c>on</c> and <c>off</c> count where a boolean is expected, and only there.</summary>
    public static bool Flag(this Node node) => (node as Scalar)?.Text.ToLowerInvariant() switch
    {
        "true" or "yes" or "on" => true,
        "false" or "no" or "off" => false,
        _ => throw DocumentFailure.WrongType(node, "true or false"),
    };

    /// <summary>A whole number within bounds.</summary>
    public static int WholeNumber(this Node node, int least, int most) => (int)node.WholeNumber((long)least, most);

    /// <summary>A whole number within bounds.</summary>
    public static long WholeNumber(this Node node, long least, long most)
    {
        var expected = most == long.MaxValue ? $"a whole number from {least} up" : $"a whole number from {least} to {most}";
        if (node is not Scalar scalar || !IsWholeNumber(scalar.Text))
            throw DocumentFailure.WrongType(node, expected);
        return long.TryParse(scalar.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most
            ? value
            : throw DocumentFailure.OutOfRange(node, expected);
    }

    /// <summary>An amount of money, from 0 up.</summary>
    public static decimal Amount(this Node node, decimal most)
    {
        var expected = $"a number from 0 to {most}";
        if (node is not Scalar scalar || !decimal.TryParse(scalar.Text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value))
            throw DocumentFailure.WrongType(node, expected);
        return value >= 0 && value <= most ? value : throw DocumentFailure.OutOfRange(node, expected);
    }

    /// <summary>A length of time; see <see cref="Durations"/>.</summary>
    /// <param name="node">The value.</param>
    /// <param name="least">The shortest that makes sense here.</param>
    public static TimeSpan Duration(this Node node, TimeSpan least)
    {
        if (node is not Scalar scalar || Durations.Parse(scalar.Text) is not { } value)
            throw DocumentFailure.WrongType(node, DurationForm);
        return value >= least && value <= LongestDuration
            ? value
            : throw DocumentFailure.OutOfRange(node, $"a length of time from {Durations.Format(least)} to {LongestDuration.Days}d");
    }

    /// <summary>A number of bytes; see <see cref="Sizes"/>.</summary>
    public static long Size(this Node node) =>
        node is Scalar scalar && Sizes.Parse(scalar.Text) is { } value ? value : throw DocumentFailure.WrongType(node, SizeForm);

    /// <summary>One of an enumeration's values, by its name in snake_case.</summary>
    public static T Choice<T>(this Node node)
        where T : struct, Enum
    {
        var text = (node as Scalar)?.Text;
        var values = Enum.GetValues<T>();
        var found = Array.FindIndex(values, value => string.Equals(Names.Of(value), text, StringComparison.OrdinalIgnoreCase));
        return found >= 0 ? values[found] : throw DocumentFailure.UnknownValue(node, [.. values.Select(Names.Of)]);
    }

    /// <summary>One of a list of words.</summary>
    public static string OneOf(this Node node, IReadOnlyCollection<string> known) =>
        node is Scalar scalar && known.Contains(scalar.Text) ? scalar.Text : throw DocumentFailure.UnknownValue(node, known);

    private static bool IsWholeNumber(string text) =>
        text.AsSpan(text.StartsWith('-') ? 1 : 0) is { Length: > 0 } digits && !digits.ContainsAnyExceptInRange('0', '9');
}
