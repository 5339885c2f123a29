using Tutti.Engine.Git.Landing;

namespace HistoryReplay;

/// <summary>How what Tutti did compares with what git does.</summary>
public enum Verdict
{
    /// <summary>Both merge, to the same files.</summary>
    SameFiles,

    /// <summary>Both refuse, and name the same paths.</summary>
    SameConflict,

    /// <summary>Git calls it clean though it leaves conflict markers, and Tutti asks someone.</summary>
    RefusedMarkers,

    /// <summary>Neither can try it.</summary>
    Neither,

    /// <summary>Git merges cleanly, and Tutti has other files, a conflict or an error; or a conflict names other paths.</summary>
    Different,

    /// <summary>Git refuses, or leaves conflict markers, and Tutti would have landed a commit without asking anyone.</summary>
    SilentLoss,
}

/// <summary>The comparison of one merge in one style.</summary>
public static class Verdicts
{
    public static Verdict Of(GitMerge git, MergeOutcome tutti, string ontoTree) => (git, tutti) switch
    {
        (GitMerge.Clean { IsMarked: true }, MergeOutcome.Conflicted) => Verdict.RefusedMarkers,
        (GitMerge.Clean { IsMarked: true }, MergeOutcome.Merged or MergeOutcome.AlreadyIn) => Verdict.SilentLoss,
        (GitMerge.Clean clean, MergeOutcome.Merged merged) => clean.Tree == merged.Tree ? Verdict.SameFiles : Verdict.Different,
        (GitMerge.Clean clean, MergeOutcome.AlreadyIn already) => clean.Tree == already.Tree && clean.Tree == ontoTree ? Verdict.SameFiles : Verdict.Different,
        (GitMerge.Clean, _) => tutti is MergeOutcome.Failed { Failure.Code: "commit_missing" } ? Verdict.Neither : Verdict.Different,
        (_, MergeOutcome.Merged or MergeOutcome.AlreadyIn) => Verdict.SilentLoss,
        (GitMerge.Conflict conflict, MergeOutcome.Conflicted conflicted) => SamePaths(conflict, conflicted) ? Verdict.SameConflict : Verdict.Different,
        (GitMerge.Impossible, MergeOutcome.Failed) => Verdict.Neither,
        _ => Verdict.Different,
    };

    /// <summary>True when two of git's own ways to merge agree.</summary>
    public static bool Agree(GitMerge one, GitMerge other) => (one, other) switch
    {
        // Markers name the sides, and a checkout has other names for them.
        (GitMerge.Clean a, GitMerge.Clean b) => a.Tree == b.Tree || a.IsMarked || b.IsMarked,
        (GitMerge.Conflict a, GitMerge.Conflict b) => a.Paths.SetEquals(b.Paths),
        (GitMerge.Impossible, GitMerge.Impossible) => true,
        _ => false,
    };

    // Tutti lists a limited number of paths; those must be among git's.
    private static bool SamePaths(GitMerge.Conflict git, MergeOutcome.Conflicted tutti)
    {
        var named = tutti.Paths.Select(p => p.Path).ToHashSet(StringComparer.Ordinal);
        return named.Count < MergeTreeOutput.PathsKept ? git.Paths.SetEquals(named) : git.Paths.IsSupersetOf(named);
    }
}
