using System.Buffers;
using System.Text.RegularExpressions;
using Tutti.Core.Session;

namespace Tutti.Engine.Agents;

/// <summary>The words by which the agents of seed 004 signal their verdict in running text.</summary>
/// <remarks>
/// They count at the start of a line, behind list marks, quotes and emphasis (<c>**TASK_APPROVED**</c>, <c>- `QA_BLOCKED`: no
/// database</c>), or in a promise anywhere (<c>so &lt;promise&gt;TASK_DONE: 8&lt;/promise&gt;</c>); not in the middle of a sentence
/// ("signal READY_FOR_QA, not TASK_DONE"), where they are mostly talked about.
/// </remarks>
public static partial class SignalWords
{
    private static readonly Dictionary<string, Verdict> Meanings = new(StringComparer.Ordinal)
    {
        ["READY_FOR_QA"] = Verdict.Done,
        ["TASK_DONE"] = Verdict.Done,
        ["TASK_APPROVED"] = Verdict.Approved,
        ["TASK_REJECTED"] = Verdict.Rejected,
        ["QA_BLOCKED"] = Verdict.QaBlocked,
    };

    private static readonly SearchValues<string> All = SearchValues.Create([.. Meanings.Keys], StringComparison.Ordinal);

    /// <summary>The verdict of the last signal word of a text; null where there is none.</summary>
    /// <param name="text">Last part of an agent's output. An approval found here must not count for an agent that answers in a schema.</param>
    public static Verdict? Find(string text)
    {
        // Most agents answer in a schema and say none, and the pattern takes 20 ms to be built.
        if (!text.AsSpan().ContainsAny(All))
            return null;
        Verdict? verdict = null;
        foreach (Match match in Words().Matches(text))
            verdict = Meanings[match.Groups["word"].Value];
        return verdict;
    }

    // NonBacktracking: what agents print must not be able to make this slow.
    [GeneratedRegex(@"(^[\t >#*_`""'-]*|<promise>\s*)(?<word>READY_FOR_QA|TASK_DONE|TASK_APPROVED|TASK_REJECTED|QA_BLOCKED)([^A-Za-z0-9_]|_*\r?$)", RegexOptions.Multiline | RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Words();
}
