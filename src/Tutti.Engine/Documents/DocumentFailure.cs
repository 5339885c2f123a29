using Tutti.Core;

namespace Tutti.Engine.Documents;

/// <summary>The failures that reading a document can end in, worded in one place so that they all name file and line alike.</summary>
public static class DocumentFailure
{
    private const int ShownLength = 40;
    private const int ReasonLength = 200;

    public static FailureException Broken(string format, Place place, string why) =>
        FailureException.Input($"{format.ToLowerInvariant()}_broken", $"{place} is not valid {format}: {OneLine(why).TrimEnd('.')}");

    public static FailureException TooComplex(Place place, string why) =>
        FailureException.Input("document_too_complex", $"{place}: {why}");

    public static FailureException TooManyValues(Place place) => TooComplex(place, $"the document holds more than {DocumentLimits.Nodes} values");

    public static FailureException DuplicateKey(string key, Place place, Place first) =>
        FailureException.Input("duplicate_key", $"key '{Shown(key)}' is there twice, in {place} and line {first.Line}", "keep one of them");

    public static FailureException UnknownKey(Entry entry, IReadOnlyCollection<string> known) =>
        FailureException.Input("unknown_key", $"unknown key '{Shown(entry.Key)}' in {entry.Place}", Nearest.Hint(Shown(entry.Key), known));

    public static FailureException MissingKey(string what, Place place, string? hint = null) =>
        FailureException.Input("missing_key", $"{what}, in {place}", hint);

    /// <summary><c>max_agents must be a whole number from 1 to 200, not 'lots', in .tutti.yaml line 3</c>.</summary>
    public static FailureException WrongType(Node node, string expected, string? hint = null) =>
        FailureException.Input("wrong_type", Must(node, expected), hint);

    public static FailureException OutOfRange(Node node, string expected) =>
        FailureException.Input("out_of_range", Must(node, expected));

    public static FailureException UnknownValue(Node node, IReadOnlyCollection<string> known) =>
        FailureException.Input("unknown_value", Must(node, $"one of {string.Join(", ", known)}"), node is Scalar s ? Near(s.Text, known) : null);

    /// <summary>A value as it can stand in a one-line message: short, on one line, without control characters.</summary>
    public static string Shown(string text) => string.Concat(ShortText.Of(text, ShownLength).Select(c => char.IsControl(c) ? '�' : c));

    private static string Must(Node node, string expected) =>
        $"{(node.Label.Length > 0 ? node.Label : "the document")} must be {expected}, not {Described(node)}, in {node.Place}";

    private static string? Near(string text, IReadOnlyCollection<string> known) =>
        text.Length <= ShownLength && Nearest.To(text, known) is { } near ? $"did you mean '{near}'?" : null;

    private static string Described(Node node) => node switch
    {
        Scalar { Kind: ScalarKind.Null } => "empty",
        Scalar scalar => $"'{Shown(scalar.Text)}'",
        Sequence => "a list",
        Mapping => "a map",
        _ => throw new InvalidOperationException($"no such node: {node.GetType()}"),
    };

    /// <summary>A parser's own words as part of a one-line message: they may quote half of the document.</summary>
    public static string OneLine(string text)
    {
        var line = string.Join(' ', text.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        return string.Concat(ShortText.Of(line, ReasonLength).Select(c => char.IsControl(c) ? '\uFFFD' : c));
    }
}
