using Tutti.Core;

namespace Tutti.Engine.Git.Trust;

/// <summary>
/// The repositories inside a checkout that its index names (submodules, or what an agent has added as such). <c>git status</c> and others
/// start a git in each of them, which goes by that one's configuration and attributes.
/// </summary>
internal static class NestedRepositories
{
    // One in another in another; and all of them together. More is nobody's work.
    private const int Deepest = 8;
    private const int Most = 500;

    private static readonly string[] Lookers = ["status", "add", "checkout", "commit", "merge", "diff", "diff-index", "reset"];

    /// <summary>True where a command looks into them.</summary>
    public static bool IsLookedInto(IReadOnlyList<string> arguments) => arguments.Any(Lookers.Contains);

    /// <summary>The keys by which their configurations would start programs.</summary>
    /// <exception cref="FailureException"><c>nested_repositories</c>.</exception>
    public static async Task<IReadOnlySet<string>> ProgramsAsync(string checkout, CancellationToken cancellation)
    {
        var keys = new HashSet<string>(StringComparer.Ordinal);
        var (level, seen) = (new List<string> { checkout }, 0);
        for (var depth = 0; level.Count > 0; depth++)
        {
            var next = new List<string>();
            foreach (var folder in level)
                next.AddRange(await InAsync(folder, cancellation));
            seen += next.Count;
            if (depth == Deepest || seen > Most)
                throw Refused(checkout, "more git repositories inside one another than Tutti looks into");
            foreach (var folder in next)
                keys.UnionWith((await GitCommand.ProgramsAsync(folder, cancellation)).Own.Keys);
            level = next;
        }

        return keys;
    }

    private static async Task<IEnumerable<string>> InAsync(string checkout, CancellationToken cancellation)
    {
        if (Work.GitFolder.Of(checkout) is not { } git || !MayName(Path.Combine(git, "index")))
            return [];
        // One whose files are elsewhere would have others there, which nobody has looked into.
        var top = await GitCommand.UnguardedAsync(checkout, ["rev-parse", "--show-toplevel"], cancellation);
        if (top.ExitCode == 0 && RealPath.Of(top.Text) != RealPath.Of(checkout))
            throw Refused(checkout, "a git repository whose files are elsewhere");
        // "160000 ID 0\tpath␀"
        var listed = await GitCommand.UnguardedAsync(checkout, ["ls-files", "--stage", "-z"], cancellation);
        return listed.Text.Split('\0')
            .Where(line => line.StartsWith("160000 ", StringComparison.Ordinal))
            .Select(line => Path.Combine(checkout, line[(line.IndexOf('\t') + 1)..]))
            .Where(folder => Path.Exists(Path.Combine(folder, ".git")));
    }

    private static FailureException Refused(string checkout, string what) => new(new Failure(
        FailureCategory.Git, "nested_repositories", $"{checkout} holds {what}", $"look at it: find '{checkout}' -name .git"));

    // Reading the file is cheap, starting git is not. The mode of such an entry is these four bytes; a split index has entries elsewhere.
    private static bool MayName(string index)
    {
        if (!File.Exists(index))
            return false;
        var bytes = File.ReadAllBytes(index).AsSpan();
        return bytes.IndexOf((ReadOnlySpan<byte>)[0, 0, 0xE0, 0]) >= 0 || bytes.IndexOf("link\0\0"u8) >= 0;
    }
}
