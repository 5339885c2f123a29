using System.Collections.Frozen;

namespace Tutti.Core.Plan;

/// <summary>The work types that Tutti guesses; any other word is allowed too, and only <see cref="Frontend"/> changes what is done.</summary>
public static class WorkTypes
{
    public const string Frontend = "frontend";
    public const string Backend = "backend";
    public const string Docs = "docs";
    public const string Tests = "tests";
    public const string DevOps = "devops";

    private static readonly FrozenDictionary<string, string> ByWord = Words(
        (Frontend, "frontend front-end ui ux css page pages screen screens button buttons form forms layout component components dashboard navbar sidebar modal react vue svelte tailwind styling responsive theme"),
        (Backend, "backend back-end api apis server endpoint endpoints database db migration migrations schema auth authentication authorization payment payments billing queue worker cache"),
        (Docs, "docs doc documentation readme changelog"),
        (Tests, "tests test testing e2e coverage qa"),
        (DevOps, "devops ci cd infra infrastructure deploy deployment docker kubernetes pipeline"));

    /// <summary>The work type a single word speaks for, case aside; null for most words.</summary>
    public static string? OfWord(string word) => ByWord.GetValueOrDefault(word.ToLowerInvariant());

    private static FrozenDictionary<string, string> Words(params (string Type, string Words)[] types) => types
        .SelectMany(type => type.Words.Split(' ').Select(word => (word, type.Type)))
        .ToFrozenDictionary(pair => pair.word, pair => pair.Type, StringComparer.Ordinal);
}
