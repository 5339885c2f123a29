using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Tutti.Core;
using Tutti.Core.Session;

namespace Tutti.Engine.Agents;

/// <summary>What was found where an agent may have left a result: one of the two, or neither where it left none.</summary>
public sealed record StageResultReading(StageResult? Result, Failure? Failure);

/// <summary>
/// Reads what an agent says of its work (SPEC 6, "Result of a stage"). Strict about what decides (nonce, verdict), lenient
/// about the rest, since models write it.
/// </summary>
/// <remarks>
/// <c>{"nonce":"n1","verdict":"corrections_needed","summary":"two tests fail","confidence":80,"files":["a.c"],
/// "corrections":[{"severity":"major","file":"a.c","line":12,"message":"off by one"}],
/// "decisions":[{"topic":"storage","choice":"sqlite","why":"one file"}]}</c><br/>
/// Awkward: fenced in ```json … ```; verdict <c>"Corrections needed"</c>; line <c>"12"</c> or null; severity <c>"blocker"</c>; a correction that
/// is a mere string; confidence 0.8 or "80%"; null for a list.
/// </remarks>
public static class StageResultFile
{
    /// <summary>Most bytes of a result.</summary>
    public const int Limit = 1024 * 1024;

    /// <summary>Most findings, decisions and files that are kept of each.</summary>
    public const int ListLimit = 200;

    /// <summary>Most characters of one text.</summary>
    public const int TextLimit = 4_000;

    private static readonly HashSet<string> HeavyWords = new(["blocker", "blocking", "fatal", "severe", "showstopper", "p0"], StringComparer.OrdinalIgnoreCase);

    private static readonly HashSet<string> LightWords =
        new(["nit", "nitpick", "low", "trivial", "info", "note", "suggestion", "optional", "cosmetic", "style", "none"], StringComparer.OrdinalIgnoreCase);

    /// <summary>The result at a path, checked against the attempt's nonce.</summary>
    public static StageResultReading Read(string path, string nonce)
    {
        var (bytes, failure) = Bytes(path);
        return bytes is { } json ? Parse(json, nonce) : new StageResultReading(null, failure);
    }

    /// <summary>What stands at a path where an agent may have left a result: neither where there is no file.</summary>
    public static (ReadOnlyMemory<byte>? Json, Failure? Failure) Bytes(string path)
    {
        var file = new FileInfo(path);
        if (file.LinkTarget is not null || Directory.Exists(path))
            return (null, Bad("it is no plain file").Failure);
        if (!file.Exists)
            return (null, null);

        // A pipe or device has no length either; it is never opened, since that might wait for ever.
        if (file.Length is 0 or > Limit)
            return (null, Bad(file.Length == 0 ? "it is empty" : $"it holds {file.Length} bytes, more than {Limit}").Failure);
        try
        {
            // Whatever its mark says it is written in, UTF-16 of PowerShell for example.
            return (Encoding.UTF8.GetBytes(File.ReadAllText(path)), null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return (null, Bad(e.Message).Failure);
        }
    }

    /// <summary>Why an answer of another shape than a result is not the attempt's; null where it carries the nonce.</summary>
    public static Failure? Carries(ReadOnlyMemory<byte> json, string nonce)
    {
        try
        {
            using var document = Document(json);
            return WithoutNonce(document.RootElement, nonce)?.Failure;
        }
        catch (JsonException e)
        {
            return Bad($"it is no JSON: {e.Message}").Failure;
        }
    }

    /// <summary>The same from memory, for agents that answer in their stream.</summary>
    public static StageResultReading Parse(ReadOnlyMemory<byte> json, string nonce)
    {
        try
        {
            using var document = Document(json);
            return Check(document.RootElement, nonce);
        }
        catch (JsonException e)
        {
            return Bad($"it is no JSON: {e.Message}");
        }
    }

    private static JsonDocument Document(ReadOnlyMemory<byte> json) =>
        JsonDocument.Parse(WithoutFence(json), new JsonDocumentOptions { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip });

    private static StageResultReading? WithoutNonce(JsonElement root, string nonce)
    {
        if (root.ValueKind != JsonValueKind.Object)
            return Bad("it is no JSON object");
        return Text(root, "nonce") == nonce ? null : Bad("its nonce is not the attempt's: it was written by, or for, another one");
    }

    private static StageResultReading Check(JsonElement root, string nonce)
    {
        if (WithoutNonce(root, nonce) is { } bad)
            return bad;
        if (Word<Verdict>(root, "verdict") is not { } verdict)
            return Bad($"its verdict '{Text(root, "verdict")}' is none of done, blocked, approved, corrections_needed, rejected, qa_blocked");
        var result = new StageResult(
            nonce, verdict, Text(root, "summary") ?? "", Confidence(root),
            List(root, "files", Plain), List(root, "corrections", correction => Correction(correction, Unweighed(verdict))), List(root, "decisions", Decision));
        return new StageResultReading(result, null);
    }

    // What is noted beside an approval without a weight is meant to hold nothing up.
    private static Severity Unweighed(Verdict verdict) => verdict is Verdict.Approved or Verdict.Done ? Severity.Minor : Severity.Major;

    private static Correction? Correction(JsonElement e, Severity unweighed)
    {
        if (e.ValueKind == JsonValueKind.String)
            return Plain(e) is { } said ? new Correction(unweighed, null, null, said) : null;
        return Text(e, "message") is { Length: > 0 } message
            ? new Correction(Word<Severity>(e, "severity") ?? OtherWord(e) ?? unweighed, Text(e, "file"), (int?)Number(e, "line"), message)
            : null;
    }

    // Who gives a finding a weight in words of their own ("blocker", "high", "P1") means one: as light as the lightest is only what says so.
    private static Severity? OtherWord(JsonElement e) => Text(e, "severity")?.Trim() switch
    {
        null or "" => null,
        var word when HeavyWords.Contains(word) => Severity.Critical,
        var word when LightWords.Contains(word) => Severity.Minor,
        _ => Severity.Major,
    };

    private static AgentDecision? Decision(JsonElement e) =>
        Text(e, "topic") is { Length: > 0 } topic && Text(e, "choice") is { Length: > 0 } choice ? new AgentDecision(topic, choice, Text(e, "why")) : null;

    private static int? Confidence(JsonElement root) => Number(root, "confidence") switch
    {
        null => null,
        > 0 and < 1 and var share => (int)Math.Round(share * 100),
        var percent => (int)Math.Clamp(percent.Value, 0, 100),
    };

    private static IReadOnlyList<T> List<T>(JsonElement e, string name, Func<JsonElement, T?> item)
        where T : class =>
        Get(e, name) is { ValueKind: JsonValueKind.Array } array ? [.. array.EnumerateArray().Take(ListLimit).Select(item).OfType<T>()] : [];

    private static double? Number(JsonElement e, string name) => Get(e, name) switch
    {
        { ValueKind: JsonValueKind.Number } number => Bounded(number.GetDouble()),
        { ValueKind: JsonValueKind.String } text when double.TryParse(text.Text()?.TrimEnd('%'), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) => Bounded(number),
        _ => null,
    };

    private static double? Bounded(double number) => number is > -1e9 and < 1e9 ? number : null;

    // "Corrections needed", "corrections-needed" and "CORRECTIONS_NEEDED" are corrections_needed; "3" is nothing.
    private static T? Word<T>(JsonElement e, string name)
        where T : struct, Enum
    {
        var letters = new string([.. (Text(e, name) ?? "").Where(char.IsAsciiLetter)]);
        return Enum.TryParse<T>(letters, ignoreCase: true, out var word) ? word : null;
    }

    private static string? Text(JsonElement e, string name) => Get(e, name) is { } value ? Plain(value) : null;

    private static string? Plain(JsonElement e) =>
        e.Text() is { } text ? Whole(ShortText.Of(text, TextLimit)) : null;

    /// <summary>The text without U+0000, which neither git's messages nor the arguments of a program can hold.</summary>
    public static string Whole(string text) => text.Replace('\0', '\ufffd');

    private static JsonElement? Get(JsonElement e, string name) => JsonLook.Get(e, name);

    private static ReadOnlyMemory<byte> WithoutFence(ReadOnlyMemory<byte> json)
    {
        var span = json.Span;
        // Half a character somewhere in it does not make the rest worthless.
        if (!Utf8.IsValid(span))
            return WithoutFence(Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(span)));
        if (!span.TrimStart(" \r\n\t"u8).StartsWith("```"u8))
            return span.StartsWith("\ufeff"u8) ? json[3..] : json;
        var text = Encoding.UTF8.GetString(span).Trim();
        var (first, last) = (text.IndexOf('\n'), text.LastIndexOf("```", StringComparison.Ordinal));
        return first >= 0 && last > first ? Encoding.UTF8.GetBytes(text[first..last]) : json;
    }

    private static StageResultReading Bad(string why) =>
        new(null, new Failure(FailureCategory.Agent, "result_invalid", $"the result the agent left cannot be used: {why}", "look at what it wrote: its result.json is kept with the attempt"));
}
