using System.Text;
using Tutti.Core.Landing;

namespace Tutti.Engine.Git.Landing.Resolution;

/// <summary>What differs at one file between two trees.</summary>
/// <param name="Old">In the first; null where it was added.</param>
/// <param name="New">In the second, at another path where it was renamed; null where it was deleted.</param>
internal sealed record TreeChange(PlacedFile? Old, PlacedFile? New)
{
    /// <summary>
    /// Reads <c>git diff-tree -r -z --raw -M</c>: two NUL-ended fields for each change, three for renames.
    /// <code>
    /// :100644 100755 OLDID NEWID M␀path␀
    /// :100644 100644 OLDID NEWID R086␀old␀new␀
    /// :000000 160000 ZEROS NEWID A␀submodule␀
    /// </code>
    /// </summary>
    public static IReadOnlyList<TreeChange> Parse(ReadOnlySpan<byte> output)
    {
        var fields = Encoding.UTF8.GetString(output).Split('\0');
        var changes = new List<TreeChange>();
        for (var at = 0; at + 1 < fields.Length;)
        {
            if (fields[at] is not [':', .. var record] || record.Split(' ') is not [_, _, _, _, [var status, ..]] head)
                throw GitAnswer.Unreadable("diff-tree", fields[at]);
            var renamed = status is 'R' or 'C';
            if (renamed && at + 3 >= fields.Length)
                throw GitAnswer.Unreadable("diff-tree", fields[at]);
            var (old, now) = (fields[at + 1], renamed ? fields[at + 2] : fields[at + 1]);
            changes.Add(new TreeChange(Placed(old, head[0], head[2]), Placed(now, head[1], head[3])));
            at += renamed ? 3 : 2;
        }

        return changes;
    }

    /// <summary>What a mode and an id say; null for nothing.</summary>
    public static FileVersion? Version(string mode, string id) => mode switch
    {
        "000000" => null,
        "120000" => new FileVersion(EntryType.Link, false, id),
        "160000" => new FileVersion(EntryType.Submodule, false, id),
        _ => new FileVersion(EntryType.File, mode == "100755", id),
    };

    private static PlacedFile? Placed(string path, string mode, string id) => Version(mode, id) is { } version ? new PlacedFile(path, version) : null;
}
