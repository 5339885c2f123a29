using Tutti.Engine.Config;

namespace Tutti.Engine.Git.Work;

/// <summary>Whether a finding stops the task until a person answers, or is only told.</summary>
public enum FindingSeverity
{
    Tell,
    Ask,
}

/// <summary>One thing about collected work that a person may mind.</summary>
/// <param name="Severity">Ask stops the task.</param>
/// <param name="Code">Stable: mass_deletion, deletion_outside_claim, outside_claim, own_settings, symlink_outside, submodule, nested_repository, submodule_left_out, hidden_rules, litter, large_file, conflict_markers, unreadable_name.</param>
/// <param name="Message">One line.</param>
/// <param name="Paths">Some of the paths, at most <see cref="Hygiene.PathsNamed"/>.</param>
public sealed record HygieneFinding(FindingSeverity Severity, string Code, string Message, IReadOnlyList<string> Paths);

/// <summary>Judges collected work before it may land (PITFALLS P5: a half-deleted tree was once preserved as if it were work).</summary>
public static class Hygiene
{
    public const int PathsNamed = 20;

    /// <summary>Fewer deleted files than this are no mass deletion, unless they are all there were.</summary>
    public const int MassDeletionFrom = 20;

    /// <summary>Finds everything at once.</summary>
    /// <param name="work">What was collected.</param>
    /// <param name="isClaimed">Says of a path whether the task's claim covers it; a task without a claim covers everything.</param>
    /// <param name="isNamed">Says of a path whether the task's claim has it by its own name; null where it names none.</param>
    public static IReadOnlyList<HygieneFinding> Judge(CollectedWork work, Func<string, bool> isClaimed, Func<string, bool>? isNamed = null)
    {
        var findings = new List<HygieneFinding>();
        var deleted = work.Changes.Where(c => c.Status == 'D').Select(c => c.Path).ToList();
        var written = work.Changes.Where(c => c.Status != 'D').Select(c => c.Path);
        // The source of a rename vanishes from where it was, as a deletion does.
        var gone = deleted.Concat(work.Changes.Where(c => c.Status == 'R').Select(c => c.OldPath!));

        if (IsMassDeletion(work))
            Add(findings, FindingSeverity.Ask, "mass_deletion", $"deletes {work.DeletedFiles} of the {work.BaseFiles?.ToString() ?? "tracked"} files", deleted);
        Add(findings, FindingSeverity.Ask, "deletion_outside_claim", "removes files that it did not claim", gone.Where(p => !isClaimed(p)));
        Add(findings, FindingSeverity.Tell, "outside_claim", "changes files that it did not claim", written.Where(p => !isClaimed(p)));
        // Once it has landed, these say what is verified, by whom it is reviewed, and which hooks run in the user's name.
        Add(findings, FindingSeverity.Ask, "own_settings", "changes how Tutti itself works here", written.Concat(gone).Where(p => IsOwn(p) && isNamed?.Invoke(p) != true).Distinct(StringComparer.Ordinal));
        Add(findings, FindingSeverity.Ask, "symlink_outside", "has symlinks that leave the tree", Named(work.Suspicious.Concat(work.LeftOut), LeftOutWhy.SymlinkOutside));
        Add(findings, FindingSeverity.Ask, "conflict_markers", "adds conflict markers", work.ConflictMarkers);
        Add(findings, FindingSeverity.Tell, "submodule", "changes submodules", Named(work.Suspicious, LeftOutWhy.Submodule));
        Add(findings, FindingSeverity.Tell, "submodule_left_out", "changed submodules that were not committed", Named(work.LeftOut, LeftOutWhy.Submodule));
        Add(findings, FindingSeverity.Tell, "nested_repository", "left git repositories in the slot, which were not committed", Named(work.LeftOut, LeftOutWhy.NestedRepository));
        Add(findings, FindingSeverity.Ask, "unreadable_name", "left files whose names are not UTF-8, which were not committed", Named(work.LeftOut, LeftOutWhy.UnreadableName));
        Add(findings, FindingSeverity.Tell, "hidden_rules", "left ignore rules that ignore themselves, and what is new beside them was not committed", Named(work.LeftOut, LeftOutWhy.HiddenRules));
        Add(findings, FindingSeverity.Tell, "large_file", "has files over 50 MB", work.Large.Select(f => $"{f.Path} ({f.Bytes / (1024 * 1024)} MB)"));
        Add(findings, FindingSeverity.Tell, "litter", "committed files that nobody means to keep", work.Changes.Where(c => c.Status == 'A' && Litter.Is(c.Path)).Select(c => c.Path));
        return findings;
    }

    private static bool IsOwn(string path) =>
        path is SettingsSources.RepositoryFile or SettingsSources.ParallelDevFile or SettingsSources.AutoContextFile or ".tutti" || path.StartsWith(".tutti/", StringComparison.Ordinal);

    private static bool IsMassDeletion(CollectedWork work)
    {
        if (work.BaseFiles is not { } all)
            return false;
        return work.DeletedFiles >= all || (work.DeletedFiles > MassDeletionFrom && work.DeletedFiles * 2 > all);
    }

    private static IEnumerable<string> Named(IEnumerable<LeftOut> paths, LeftOutWhy why) => paths.Where(p => p.Why == why).Select(p => p.Path);

    private static void Add(List<HygieneFinding> findings, FindingSeverity severity, string code, string what, IEnumerable<string> paths)
    {
        var all = paths.ToList();
        if (all.Count > 0)
            findings.Add(new HygieneFinding(severity, code, $"{what}: {Summary(all)}", [.. all.Take(PathsNamed)]));
    }

    private static string Summary(List<string> paths) => paths.Count == 1 ? paths[0] : $"{paths[0]} and {paths.Count - 1} more";
}
