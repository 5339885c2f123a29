namespace Tutti.Core.Plan;

/// <summary>
/// The files a task says it will touch: paths, folders and globs relative to the repository's root. Two tasks whose claims
/// overlap never run at the same time, so the comparison may say yes when unsure but never no when they do overlap.
/// </summary>
public sealed class ClaimedFiles
{
    private readonly ClaimPattern[] _patterns;

    private ClaimedFiles(ClaimPattern[] patterns) => _patterns = patterns;

    /// <summary>True when nothing is claimed; such a task overlaps none.</summary>
    public bool IsEmpty => _patterns.Length == 0;

    /// <summary>Reads a claim list once, so that it can be compared many times; blank patterns claim nothing.</summary>
    public static ClaimedFiles Parse(IReadOnlyList<string> patterns) => new([.. patterns.SelectMany(ClaimPattern.Parse)]);

    /// <summary>Could one path belong to both?</summary>
    public bool Overlaps(ClaimedFiles other) => Array.Exists(_patterns, a => Array.Exists(other._patterns, a.Overlaps));

    /// <summary>Does this path, relative to the root with slashes as git prints it, belong to the claim? An empty claim covers none.</summary>
    public bool Covers(string path)
    {
        var segments = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        return Array.Exists(_patterns, pattern => pattern.Matches(segments));
    }

    /// <summary>As the instance method, for two lists compared once.</summary>
    public static bool Overlap(IReadOnlyList<string> left, IReadOnlyList<string> right) => Parse(left).Overlaps(Parse(right));

    /// <summary>As the instance method, for one path.</summary>
    public static bool Covers(IReadOnlyList<string> patterns, string path) => Parse(patterns).Covers(path);
}
