namespace Tutti.Core.Plan;

/// <summary>What a part of a request does, in the order in which such work is done.</summary>
internal enum WorkKind
{
    Feature,
    Test,
    Docs,
    Deploy,
}

/// <summary>Guesses from the words of a part what kind of work it is, how urgent, and of what type.</summary>
internal static class RequestKind
{
    private static readonly string[] TestWords = ["test", "tests", "testing", "suite", "coverage", "qa", "e2e", "specs"];
    private static readonly string[] DocsWords = ["docs", "doc", "documentation", "readme", "readme.md", "changelog", "changelog.md", "guide", "guides", "tutorial", "tutorials", "manual", "wiki", "docstrings", "handbook"];
    private static readonly string[] DeployWords = ["deployment", "deployments", "release", "rollout", "launch", "production"];
    private static readonly string[] Containers = ["file", "files", "page", "pages", "section", "sections", "suites", "cases"];
    private static readonly string[] Trailers = ["accordingly", "again", "too", "locally", "everywhere", "now", "first", "last", "finally", "properly", "thoroughly", "afterwards", "then", "asap", "urgently", "immediately"];

    // Work on something broken or old is implementation, even where the thing is a test or a release script.
    private static readonly string[] Repairs = ["fix", "repair", "debug", "refactor", "speed", "resolve", "rewrite"];

    /// <summary>The kind of work: by the first verb, else by the last word of its object.</summary>
    public static WorkKind Of(string title)
    {
        var words = RequestText.Words(title);
        if (words.Count == 0 || Repairs.Contains(words[0]))
            return WorkKind.Feature;
        if (words[0] is "test")
            return WorkKind.Test;
        if (words[0] is "document")
            return WorkKind.Docs;
        if (words[0] is "deploy" or "ship" or "publish" or "release" or "rollout" || (words[0] is "roll" && words.Contains("out")))
            return WorkKind.Deploy;
        var noun = HeadNoun(words);
        return TestWords.Contains(noun) ? WorkKind.Test
            : DocsWords.Contains(noun) || (noun == "notes" && words.Contains("release")) ? WorkKind.Docs
            : DeployWords.Contains(noun) ? WorkKind.Deploy
            : WorkKind.Feature;
    }

    /// <summary>Urgency by its words; medium where there are none.</summary>
    public static Priority PriorityOf(string text)
    {
        var words = RequestText.Words(text);
        var lower = ' ' + string.Join(' ', words) + ' ';
        return Has(lower, "low priority", "low-priority", "not urgent", "nice to have", "nice-to-have", "if time permits", "eventually", "no rush", "non-critical") ? Priority.Low
            : Has(lower, "urgent", "urgently", "critical", "asap", "immediately", "emergency", "blocker", "hotfix", "highest priority") ? Priority.Critical
            : Has(lower, "important", "high priority", "high-priority", "top priority", "priority high") ? Priority.High
            : Priority.Medium;
    }

    /// <summary>The work type by kind, else by the words; frontend wins, since it is the one that adds a stage. Null when nothing speaks for one.</summary>
    public static string? WorkTypeOf(WorkKind kind, string title)
    {
        var types = RequestText.Words(title).Select(WorkTypes.OfWord).OfType<string>().ToList();
        return kind switch
        {
            WorkKind.Test => WorkTypes.Tests,
            WorkKind.Docs => WorkTypes.Docs,
            WorkKind.Deploy => WorkTypes.DevOps,
            _ when types.Contains(WorkTypes.Frontend) => WorkTypes.Frontend,
            _ => types.FirstOrDefault(),
        };
    }

    private static string HeadNoun(List<string> words)
    {
        var head = words.TakeWhile((word, index) => index == 0 || !RequestWords.Prepositions.Contains(word)).ToList();
        while (head.Count > 1 && (Trailers.Contains(head[^1]) || (Containers.Contains(head[^1]) && head.Count > 2)))
            head.RemoveAt(head.Count - 1);
        return head[^1];
    }

    private static bool Has(string text, params ReadOnlySpan<string> phrases)
    {
        foreach (var phrase in phrases)
        {
            if (text.Contains($" {phrase} "))
                return true;
        }

        return false;
    }
}
