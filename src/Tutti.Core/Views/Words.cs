using System.Text.Json;
using Tutti.Core.Session;

namespace Tutti.Core.Views;

/// <summary>The words that screens and JSON use for states (SPEC 1 and 6): lower case, with hyphens.</summary>
public static class Words
{
    /// <summary>For example <c>needs-attention</c>, <c>timed-out</c>, <c>e2e</c>.</summary>
    public static string Of<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());

    /// <summary>An attempt's state: <c>running</c> while it lives, then its outcome.</summary>
    public static string Of(AttemptOutcome? outcome) => outcome is { } ended ? Of(ended) : "running";

    /// <summary>A count with its noun: <c>1 task</c>, <c>3 tasks</c>.</summary>
    public static string Count(int count, string noun) => count == 1 ? $"1 {noun}" : $"{count} {noun}s";

    /// <summary>The first eight characters of a commit, as people write it.</summary>
    public static string Commit(string commit) => commit[..Math.Min(8, commit.Length)];
}
