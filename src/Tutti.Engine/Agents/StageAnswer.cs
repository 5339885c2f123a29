using System.Text;
using System.Text.Json;
using Tutti.Core;
using Tutti.Core.Plan;
using Tutti.Core.Session;

namespace Tutti.Engine.Agents;

/// <summary>The answer of an attempt, wherever the agent gave it.</summary>
/// <param name="Json">The JSON it answered with; null where there is none that carries the nonce.</param>
/// <param name="Result">The same as a stage's result; null for the plan role.</param>
/// <param name="Failure">What is wrong with the only answer there is.</param>
internal sealed record StageAnswer(string? Json, StageResult? Result, Failure? Failure)
{
    /// <summary>Signal words count in so many of the last bytes; earlier they are most likely quoted from a prompt.</summary>
    public const int LastPart = 4 * 1024;

    // Of code in running text; each is one look at what follows it.
    private const int BracesTried = 1_000;

    private static readonly JsonReaderOptions Lenient = new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };

    /// <summary>
    /// The result file where it carries the nonce, else the structured answer, else a JSON object in the last message (SPEC 6). Words
    /// are the last resort; they approve nothing where a schema was to be had.
    /// </summary>
    public static StageAnswer Of(AttemptRequest request, AgentReading reading, bool schema)
    {
        var file = FromFile(request);
        if (file.Json is not null)
            return file;
        var structured = reading.Ending?.Structured is { } said ? Check(request, Encoding.UTF8.GetBytes(said)) : null;
        if (structured is { Json: not null })
            return structured;
        if (Within(request, Encoding.UTF8.GetBytes(reading.LastText)) is { } given)
            return given;
        if (file.Failure is not null)
            return file;
        if (request.Role != Role.Plan && Spoken(request, reading.LastText, schema) is { } spoken)
            return new StageAnswer(null, spoken, null);
        return structured is not null && IsWanted(request.Role) ? structured with { Failure = structured.Failure! with { Hint = "'tutti logs TASK' shows what it said" } } : file;
    }

    // Who judges or plans has done nothing but answer; what the others have done is in the tree.
    private static bool IsWanted(Role role) => role == Role.Plan || ResultSchema.IsJudge(role);

    /// <summary>The answer in the result file alone; empty where there is no such file.</summary>
    public static StageAnswer FromFile(AttemptRequest request)
    {
        var (bytes, failure) = StageResultFile.Bytes(request.Folder.Result);
        if (bytes is not { } json)
            return new StageAnswer(null, null, failure);
        var answer = Check(request, json);
        return answer.Json is null ? Within(request, json.ToArray()) ?? answer : answer;
    }

    // An answer among other words; null where there is none.
    private static StageAnswer? Within(AttemptRequest request, byte[] text) =>
        Objects(text, Encoding.UTF8.GetBytes(request.Nonce)).Select(json => Check(request, json)).FirstOrDefault(answer => answer.Json is not null);

    private static StageAnswer Check(AttemptRequest request, ReadOnlyMemory<byte> json)
    {
        if (request.Role == Role.Plan)
            return StageResultFile.Carries(json, request.Nonce) is { } wrong ? new StageAnswer(null, null, wrong) : new StageAnswer(Encoding.UTF8.GetString(json.Span), null, null);
        var (result, failure) = StageResultFile.Parse(json, request.Nonce);
        return new StageAnswer(result is null ? null : Encoding.UTF8.GetString(json.Span), result, failure);
    }

    // "`Map<K, {}>` is gone. Here it is: ```json {…} ``` (with {braces}). I used the nonce …": whatever is an object and has the nonce in it; the
    // last one counts, and of those within each other the outermost.
    private static IEnumerable<ReadOnlyMemory<byte>> Objects(byte[] text, byte[] nonce)
    {
        var last = text.AsSpan().LastIndexOf(nonce);
        return Enumerable.Range(0, Math.Max(0, last)).Where(at => text[at] == '{').TakeLast(BracesTried)
            .Select(at => (At: at, Length: LengthOf(text.AsSpan(at))))
            .Where(found => text.AsSpan(found.At, found.Length).IndexOf(nonce) >= 0)
            .OrderByDescending(found => found.At + found.Length).ThenBy(found => found.At)
            .Select(found => (ReadOnlyMemory<byte>)text.AsMemory(found.At, found.Length));
    }

    // Of the JSON object that a text begins with; 0 where it begins with none.
    private static int LengthOf(ReadOnlySpan<byte> text)
    {
        try
        {
            var reader = new Utf8JsonReader(text, Lenient);
            return reader.Read() && reader.TrySkip() ? (int)reader.BytesConsumed : 0;
        }
        catch (JsonException)
        {
            return 0;
        }
    }

    private static StageResult? Spoken(AttemptRequest request, string text, bool schema)
    {
        var end = text.Length > LastPart ? text[^LastPart..] : text;
        return SignalWords.Find(end) is { } verdict && !(schema && (verdict == Verdict.Approved || (verdict == Verdict.Done && ResultSchema.IsJudge(request.Role))))
            ? new StageResult(request.Nonce, verdict, LastLine(end), null, [], [], [])
            : null;
    }

    /// <summary>What stands for a summary where there are only words: the last line of them.</summary>
    public static string LastLine(string text)
    {
        const int longest = 500;
        var line = text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).LastOrDefault() ?? "";
        return StageResultFile.Whole(ShortText.Of(line, longest));
    }
}
