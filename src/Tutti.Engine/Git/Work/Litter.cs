using System.Collections.Frozen;
using System.Text.RegularExpressions;

namespace Tutti.Engine.Git.Work;

/// <summary>
/// Files that agents, editors and test runs leave behind and no task ever means. New files of these names are not swept into a
/// commit; tracked ones are the project's own business and are kept.
/// </summary>
public static partial class Litter
{
    private static readonly FrozenSet<string> Names = new[]
    {
        "TUTTI_RESULT", "TUTTI_PROMPT", ".tutti-result.json", ".tutti-prompt.md",
        "nohup.out", ".DS_Store", "Thumbs.db", "desktop.ini",
        ".aider.chat.history.md", ".aider.input.history", ".aider.llm.history",
    }.ToFrozenSet(StringComparer.Ordinal);

    private static readonly FrozenSet<string> Folders = new[]
    {
        "__pycache__", ".pytest_cache", ".mypy_cache", ".ruff_cache", "node_modules",
    }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>True for a path (relative, with <c>/</c>) whose name says that nobody means to keep it.</summary>
    public static bool Is(string path)
    {
        var parts = path.Split('/');
        return Names.Contains(parts[^1]) || Pattern().IsMatch(parts[^1]) || parts.SkipLast(1).Any(Folders.Contains);
    }

    // core.1234 and vgcore.1234 (dumps), hs_err_pid1234.log (the JVM's), .file.swp (vim), .#file (emacs), .aider.tags.cache.v4
    [GeneratedRegex(@"^(?:(?:vg)?core\.\d+|hs_err_pid\d+\.log|\..+\.sw[op]|\.#.+|\.aider\.tags\.cache\.v\d+)$", RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();
}
