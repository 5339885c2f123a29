using System.Text;
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
    // Signal words count at the end only; earlier they are most likely quoted from a prompt.
    private const int LastPart = 4 * 1024;

    // Of code in running text; each pair is one look at so much of a message.
    private const int BracesTried = 20;

    /// <summary>
    /// The result file where it carries the nonce, else the structured answer, else a JSON object in the last message (SPEC 6). Words
    /// are the last resort; they approve nothing where a schema was to be had.
    /// </summary>
    public static StageAnswer Of(AttemptRequest request, AgentReading reading, bool schema)
    {
        var file = FromFile(request);
        if (file.Json is not null)
            return file;
        if (reading.Ending?.Structured is { } structured && Check(request, Encoding.UTF8.GetBytes(structured)) is { Json: not null } answered)
            return answered;
        foreach (var text in Objects(reading.LastText, request.Nonce))
        {
            if (Check(request, Encoding.UTF8.GetBytes(text)) is { Json: not null } given)
                return given;
        }

        return file.Failure is null && request.Role != Role.Plan && Spoken(request, reading.LastText, schema) is { } spoken ? new StageAnswer(null, spoken, null) : file;
    }

    /// <summary>The answer in the result file alone; empty where there is no such file.</summary>
    public static StageAnswer FromFile(AttemptRequest request)
    {
        var (bytes, failure) = StageResultFile.Bytes(request.Folder.Result);
        return bytes is { } json ? Check(request, json) : new StageAnswer(null, null, failure);
    }

    private static StageAnswer Check(AttemptRequest request, ReadOnlyMemory<byte> json)
    {
        if (request.Role == Role.Plan)
            return StageResultFile.Carries(json, request.Nonce) is { } wrong ? new StageAnswer(null, null, wrong) : new StageAnswer(Encoding.UTF8.GetString(json.Span), null, null);
        var (result, failure) = StageResultFile.Parse(json, request.Nonce);
        return new StageAnswer(result is null ? null : Encoding.UTF8.GetString(json.Span), result, failure);
    }

    // "`Map<K, {}>` is gone. Here it is: ```json {…} ``` (with {braces})": each brace before the nonce may be where it begins, and each behind
    // it where it ends; the last word counts.
    private static IEnumerable<string> Objects(string text, string nonce)
    {
        var at = text.LastIndexOf(nonce, StringComparison.Ordinal);
        if (at < 0)
            yield break;
        var begins = Braces(text, '{').Where(brace => brace < at).TakeLast(BracesTried).ToList();
        var ends = Braces(text, '}').Where(brace => brace > at).TakeLast(BracesTried).Reverse().ToList();
        foreach (var first in begins)
        {
            foreach (var last in ends)
                yield return text[first..(last + 1)];
        }
    }

    private static IEnumerable<int> Braces(string text, char brace) => Enumerable.Range(0, text.Length).Where(i => text[i] == brace);

    private static StageResult? Spoken(AttemptRequest request, string text, bool schema)
    {
        var end = text.Length > LastPart ? text[^LastPart..] : text;
        return SignalWords.Find(end) is { } verdict && !(schema && verdict == Verdict.Approved)
            ? new StageResult(request.Nonce, verdict, LastLine(end), null, [], [], [])
            : null;
    }

    private static string LastLine(string text)
    {
        const int longest = 500;
        var line = text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).LastOrDefault() ?? "";
        return line.Length > longest ? line[..longest] : line;
    }
}
