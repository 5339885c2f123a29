using System.Globalization;
using System.Text.RegularExpressions;
using Tutti.Core;
using Tutti.Engine.Host;

namespace Tutti.Engine.Git.Work;

/// <summary>Compares a slot's head with its base. The slot's files must be at head, which saves reading blobs.</summary>
internal static partial class WorkInspection
{
    /// <summary>Beyond this many paths lines are not counted: each would cost reading two blobs.</summary>
    private const int LineCountLimit = 2_000;

    /// <summary>Fewer deletions than this are never a mass deletion, so base's files need no counting.</summary>
    private const int DeletionsWorthCounting = 20;

    private const long LargeFrom = 50L * 1024 * 1024;
    private const int ScannedFiles = 2_000;
    private const int ScannedBytes = 1024 * 1024;
    private const int MarkersKept = 20;

    public static async Task<CollectedWork> CompareAsync(string slot, string from, string head, CancellationToken cancellation)
    {
        if (from == head)
            return new CollectedWork(head, from, [], 0) { AddedLines = 0, DeletedLines = 0 };
        string[] arguments = ["diff-tree", "-r", "-z", "-M", "--raw", "--no-ext-diff", "--ignore-submodules=none", GitCommand.EndOfOptions, from, head];
        var result = await GitCommand.TryAsync(slot, arguments, cancellation: cancellation);
        if (result.ExitCode != 0)
            throw new FailureException(GitCommand.Failed(arguments, result));
        var diff = RawDiff.Parse(result.Output);
        var (added, deleted) = await LinesAsync(slot, from, head, diff, cancellation);
        return new CollectedWork(head, from, diff.Kept, diff.Count)
        {
            DeletedFiles = diff.Deleted,
            BaseFiles = diff.Deleted > DeletionsWorthCounting ? await CountFilesAsync(slot, from, cancellation) : null,
            AddedLines = added,
            DeletedLines = deleted,
            Suspicious = Suspicious(slot, diff.Kept),
            Large = Large(slot, diff.Kept),
            ConflictMarkers = await MarkersAsync(slot, from, head, diff.Kept, cancellation),
        };
    }

    // " 3 files changed, 10 insertions(+), 1 deletion(-)"; either count may be missing, and all of it when only modes changed.
    private static async Task<(int? Added, int? Deleted)> LinesAsync(string slot, string from, string head, RawDiff diff, CancellationToken cancellation)
    {
        if (diff.Count == 0)
            return (0, 0);
        if (diff.Count > LineCountLimit)
            return (null, null);
        var text = await GitCommand.RunAsync(
            slot, ["diff-tree", "-r", "-M", "--shortstat", "--no-ext-diff", "--no-textconv", GitCommand.EndOfOptions, from, head], cancellation: cancellation);
        return (Number(Insertions().Match(text)), Number(Deletions().Match(text)));
    }

    private static int Number(Match match) => match.Success ? int.Parse(match.Groups["n"].ValueSpan, CultureInfo.InvariantCulture) : 0;

    private static async Task<int> CountFilesAsync(string slot, string commit, CancellationToken cancellation)
    {
        string[] arguments = ["ls-tree", "-r", "-z", "--name-only", "--full-tree", GitCommand.EndOfOptions, commit];
        var result = await GitCommand.TryAsync(slot, arguments, cancellation: cancellation);
        return result.ExitCode == 0 ? result.Output.AsSpan().Count((byte)0) : throw new FailureException(GitCommand.Failed(arguments, result));
    }

    private static List<LeftOut> Suspicious(string slot, IReadOnlyList<ChangedPath> changes)
    {
        var found = new List<LeftOut>();
        foreach (var change in changes)
        {
            if (change.IsSubmodule)
                found.Add(new LeftOut(change.Path, LeftOutWhy.Submodule));
            else if (change.IsSymlink && LinkCheck.IsOutside(slot, change.Path))
                found.Add(new LeftOut(change.Path, LeftOutWhy.SymlinkOutside));
        }

        return found;
    }

    private static List<LargeFile> Large(string slot, IReadOnlyList<ChangedPath> changes)
    {
        var large = new List<LargeFile>();
        foreach (var change in changes.Where(IsFile))
        {
            var file = new FileInfo(Path.Combine(slot, change.Path));
            if (file.Exists && file.Length > LargeFrom)
                large.Add(new LargeFile(change.Path, file.Length));
        }

        return large;
    }

    /// <summary>
    /// Git says where added lines hold markers, but costs a process; so it is asked only when a look at the files themselves
    /// (the first <see cref="ScannedFiles"/>, up to <see cref="ScannedBytes"/> each) finds some.
    /// </summary>
    private static async Task<IReadOnlyList<string>> MarkersAsync(
        string slot, string from, string head, IReadOnlyList<ChangedPath> changes, CancellationToken cancellation)
    {
        var candidates = changes.Where(IsFile).Take(ScannedFiles).Where(c => HoldsMarkers(Path.Combine(slot, c.Path))).ToList();
        if (candidates.Count == 0)
            return [];
        // Exit code 2 when it finds something; "path:12: leftover conflict marker", mixed with white space errors.
        var result = await GitCommand.TryAsync(
            slot,
            ["--literal-pathspecs", "-c", "core.quotePath=false", "diff-tree", "-r", "--check", "--no-ext-diff", from, head, "--", .. candidates.Take(MarkersKept).Select(c => c.Path)],
            cancellation: cancellation);
        return [.. result.Text.Split('\n').Where(l => l.EndsWith(MarkerLine, StringComparison.Ordinal)).Select(l => l[..^MarkerLine.Length]).Take(MarkersKept)];
    }

    private const string MarkerLine = ": leftover conflict marker";

    private static bool HoldsMarkers(string path)
    {
        if (RegularFile.LengthOfOwn(path) is 0 or > ScannedBytes)
            return false;
        var bytes = File.ReadAllBytes(path).AsSpan();
        return bytes.IndexOf("<<<<<<< "u8) >= 0 && bytes.IndexOf(">>>>>>> "u8) >= 0;
    }

    private static bool IsFile(ChangedPath change) => change.Status != 'D' && change.Mode.StartsWith("100", StringComparison.Ordinal);

    [GeneratedRegex(@"(?<n>[0-9]{1,9}) insertion", RegexOptions.CultureInvariant)]
    private static partial Regex Insertions();

    [GeneratedRegex(@"(?<n>[0-9]{1,9}) deletion", RegexOptions.CultureInvariant)]
    private static partial Regex Deletions();
}
