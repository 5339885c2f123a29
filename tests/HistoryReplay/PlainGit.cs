using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Tutti.Engine.Git;

namespace HistoryReplay;

/// <summary>
/// The comparison for all merges: <c>git merge-tree --stdin</c>, many in a process, in an ordinary repository with an ordinary configuration, in whose
/// checkout lie the <c>.gitattributes</c> files of the first parent, as they would before a <c>git merge</c>. Nothing of Tutti's landing takes part.
/// </summary>
public sealed class PlainGit(Workshop shop)
{
    private const int AtOnce = 500;

    private string? _laid;

    /// <summary>Merges all; the answers are in the order of the merges.</summary>
    public async Task<IReadOnlyList<GitMerge>> MergeAllAsync(IReadOnlyList<RecordedMerge> merges)
    {
        var attributes = new ConcurrentDictionary<string, string>(StringComparer.Ordinal);
        await Parallel.ForEachAsync(merges.Select(m => m.Onto).Distinct(StringComparer.Ordinal), async (onto, _) => attributes[onto] = await AttributesAsync(onto));
        var answers = new GitMerge[merges.Count];
        var groups = Enumerable.Range(0, merges.Count).GroupBy(i => attributes[merges[i].Onto], StringComparer.Ordinal);
        foreach (var group in groups)
        {
            await LayAsync(group.Key);
            foreach (var some in group.Chunk(AtOnce))
                await MergeSomeAsync(merges, some, answers);
        }

        return answers;
    }

    // One merge that git refuses ends the process, and may take answers along that it had not written yet. What is unanswered is asked again in halves.
    private async Task MergeSomeAsync(IReadOnlyList<RecordedMerge> merges, int[] indices, GitMerge[] answers)
    {
        var input = string.Concat(indices.Select(i => $"{merges[i].Onto} {merges[i].Head}\n"));
        var result = await GitCommand.TryAsync(shop.Top, ["merge-tree", "--write-tree", "-z", "--name-only", "--messages", "--stdin"], input);
        var done = 0;
        foreach (var answer in Parse(Encoding.UTF8.GetString(result.Output)))
            answers[indices[done++]] = answer;
        var open = indices[done..];
        if (open.Length == 1)
            answers[open[0]] = new GitMerge.Impossible(Reason(result.Error));
        if (open.Length <= 1)
            return;
        await MergeSomeAsync(merges, open[..(open.Length / 2)], answers);
        await MergeSomeAsync(merges, open[(open.Length / 2)..], answers);
    }

    /// <summary>
    /// Reads the answers, one after the other; what was cut off by git's end does not count.
    /// <code>
    /// 1␀TREE␀␀␀                                                           clean
    /// 1␀TREE␀␀1␀path␀Auto-merging␀Auto-merging path\n␀␀                   clean, with a message: how many paths, the paths, its type, its text
    /// 0␀TREE␀path␀path␀␀1␀path␀CONFLICT (contents)␀CONFLICT (content)…\n␀␀ a conflict in these paths
    /// </code>
    /// </summary>
    public static IEnumerable<GitMerge> Parse(string output)
    {
        var fields = output.Split('\0');
        for (var at = 0; at + 3 < fields.Length;)
        {
            var (clean, tree) = (fields[at], fields[at + 1]);
            var end = Array.IndexOf(fields, "", at + 2);
            if (clean is not ("0" or "1") || end < 0)
                yield break;
            var paths = fields[(at + 2)..end];
            var isMarked = false;
            at = end + 1;
            while (at < fields.Length && int.TryParse(fields[at], NumberStyles.None, CultureInfo.InvariantCulture, out var count) && at + count + 2 < fields.Length)
            {
                isMarked |= fields[at + count + 1].StartsWith("CONFLICT", StringComparison.Ordinal);
                at += count + 3;
            }

            // The empty field that ends a merge, into which git writes its advice about submodules. The last field of all is what follows the last NUL.
            if (at + 1 >= fields.Length || (fields[at].Length > 0 && !fields[at].Contains('\n')))
                yield break;
            at++;
            yield return clean == "1" ? new GitMerge.Clean(tree, isMarked) : new GitMerge.Conflict(paths.ToHashSet(StringComparer.Ordinal));
        }
    }

    private static string Reason(string error)
    {
        if (error.Contains("unrelated histories", StringComparison.Ordinal))
            return "no common history";
        // git 2.39 has an assertion that some folder renames break: "git: merge-ort.c:2895: process_renames: Assertion `…' failed."
        return error.Contains("Assertion", StringComparison.Ordinal) ? "git itself stops, with an assertion" : "git cannot read an object";
    }

    // "100644 blob ID\tsub/.gitattributes"; the whole listing of these is the key of a group.
    private async Task<string> AttributesAsync(string onto)
    {
        var listed = await GitCommand.TryAsync(shop.Top, ["ls-tree", "-r", "-z", "--full-tree", onto]);
        var entries = listed.Text.Split('\0').Where(e => e.EndsWith("\t.gitattributes", StringComparison.Ordinal) || e.EndsWith("/.gitattributes", StringComparison.Ordinal));
        return string.Join('\0', entries.Where(e => e.StartsWith("100", StringComparison.Ordinal)));
    }

    private async Task LayAsync(string attributes)
    {
        if (_laid == attributes)
            return;
        foreach (var old in new DirectoryInfo(shop.Top).EnumerateFileSystemInfos().Where(e => e.Name != ".git"))
        {
            if (old is DirectoryInfo folder)
                folder.Delete(recursive: true);
            else
                old.Delete();
        }

        foreach (var entry in attributes.Split('\0', StringSplitOptions.RemoveEmptyEntries))
        {
            var (head, path) = (entry.Split('\t', 2)[0], Path.GetFullPath(Path.Combine(shop.Top, entry.Split('\t', 2)[1])));
            if (!path.StartsWith(shop.Top + Path.DirectorySeparatorChar, StringComparison.Ordinal) || path.Contains("/.git/", StringComparison.OrdinalIgnoreCase))
                continue; // A name that no checkout has.
            var content = await GitCommand.TryAsync(shop.Top, ["cat-file", "blob", head.Split(' ')[2]]);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await File.WriteAllBytesAsync(path, content.Output);
        }

        _laid = attributes;
    }
}
