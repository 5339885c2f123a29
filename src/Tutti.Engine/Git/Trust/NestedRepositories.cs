using System.Buffers;
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

    private static ReadOnlySpan<byte> LinkMode => [0, 0, 0xE0, 0];

    private static ReadOnlySpan<byte> SplitIndex => "link\0\0"u8;

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
        if (GitFolder.Of(checkout) is not { } git || !MayName(Path.Combine(git, "index")))
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
    // Nothing is remembered from one look to the next: times and sizes of a file can be forged.
    private static bool MayName(string index)
    {
        if (!File.Exists(index))
            return false;
        var buffer = ArrayPool<byte>.Shared.Rent(64 * 1024);
        try
        {
            using var file = File.OpenHandle(index);
            var (kept, at) = (0, 0L);
            while (RandomAccess.Read(file, buffer.AsSpan(kept), at) is > 0 and var read)
            {
                var bytes = buffer.AsSpan(0, kept + read);
                if (bytes.IndexOf(LinkMode) >= 0 || bytes.IndexOf(SplitIndex) >= 0)
                    return true;
                // What began at the end of this piece ends in the next.
                kept = Math.Min(bytes.Length, SplitIndex.Length - 1);
                bytes[^kept..].CopyTo(buffer);
                at += read;
            }

            return false;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
