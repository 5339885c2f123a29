using System.Text;

namespace Tutti.Engine.Git.Work;

/// <summary>What <c>git diff-tree -r -z --raw</c> says.</summary>
/// <param name="Kept">At most <see cref="CollectedWork.ChangesKept"/> paths.</param>
/// <param name="Count">All of them.</param>
/// <param name="Deleted">How many of them are deletions.</param>
public sealed record RawDiff(IReadOnlyList<ChangedPath> Kept, int Count, int Deleted)
{
    /// <summary>
    /// Reads the records, which are two NUL-ended fields each, three for renames and copies:
    /// <code>
    /// :100644 100755 OLDID NEWID M␀path␀
    /// :100644 100644 OLDID NEWID R086␀old␀new␀
    /// :000000 160000 ZEROS NEWID A␀submodule␀
    /// </code>
    /// Output cut off in the middle of a record (see <see cref="Processes.CommandResult.Truncated"/>) gives the whole records before it.
    /// </summary>
    public static RawDiff Parse(ReadOnlySpan<byte> output)
    {
        var kept = new List<ChangedPath>();
        int count = 0, deleted = 0;
        while (TakeField(ref output) is [':', ..] head && TakeField(ref output) is { } path)
        {
            if (head.Split(' ') is not [_, _, _, _, [var status, ..]] parts)
                throw GitAnswer.Unreadable("diff-tree", head);
            string? old = null;
            if (status is 'R' or 'C')
            {
                old = path;
                if (TakeField(ref output) is not { } renamed)
                    break;
                path = renamed;
            }

            count++;
            deleted += status == 'D' ? 1 : 0;
            if (kept.Count < CollectedWork.ChangesKept)
                kept.Add(new ChangedPath(status, path, old, parts[1]));
        }

        return new RawDiff(kept, count, deleted);
    }

    private static string? TakeField(ref ReadOnlySpan<byte> rest)
    {
        var end = rest.IndexOf((byte)0);
        if (end < 0)
            return null;
        var field = Encoding.UTF8.GetString(rest[..end]);
        rest = rest[(end + 1)..];
        return field;
    }
}
