using System.Globalization;
using System.Text;

namespace Tutti.Engine.Git.Landing;

/// <summary>What <c>git merge-tree --write-tree -z --messages</c> says (git 2.38).</summary>
/// <param name="Tree">The merged tree; with conflict markers when <paramref name="Paths"/> is not empty.</param>
/// <param name="Paths">The conflicted paths; also those that git tells of in a merge it calls clean.</param>
/// <param name="Messages">Git's words about the conflicts.</param>
public sealed record MergeTreeOutput(string Tree, IReadOnlyList<ConflictedPath> Paths, IReadOnlyList<string> Messages)
{
    /// <summary>More conflicted paths than this are not listed; nobody resolves them one by one.</summary>
    public const int PathsKept = 1_000;

    /// <summary>The <c>GIT_MERGE_VERBOSITY</c> from which on git tells of the contents merged in making one base of several, too.</summary>
    public const string Verbosity = "5";

    private const string Inner = "  From inner merge:";

    /// <summary>The folders (the empty string is the top) of the files whose contents were merged, cleanly or not, also in making one base of several.</summary>
    public IReadOnlySet<string> MergedFolders { get; private init; } = new HashSet<string>(StringComparer.Ordinal);

    /// <summary>
    /// Reads the fields, each ended by NUL:
    /// <code>
    /// TREE␀
    /// 100644 ID 1␉path␀ 100644 ID 2␉path␀ 100644 ID 3␉path␀ …   (stages: 1 base, 2 ours, 3 theirs)
    /// ␀                                                          (an empty field ends the paths)
    /// 1␀path␀CONFLICT (contents)␀CONFLICT (content): Merge conflict in path\n␀
    /// 3␀old␀new-a␀new-b␀CONFLICT (rename/rename)␀…␀
    /// 1␀path␀Auto-merging␀  From inner merge:  Auto-merging path\n␀   (verbosity 5: in making one base of several)
    /// </code>
    /// A clean merge may have messages too ("Auto-merging path"). The types are stable names, the message texts are not.
    /// </summary>
    public static MergeTreeOutput Parse(ReadOnlySpan<byte> output)
    {
        var fields = Encoding.UTF8.GetString(output).Split('\0');
        var stages = new Dictionary<string, string?[]>(StringComparer.Ordinal);
        var at = 1;
        for (; at < fields.Length && fields[at].Length > 0; at++)
            AddStage(stages, fields[at]);

        var kinds = new Dictionary<string, ConflictKind>(StringComparer.Ordinal);
        var messages = new List<string>();
        var folders = new HashSet<string>(StringComparer.Ordinal);
        at++;
        while (at < fields.Length && int.TryParse(fields[at], NumberStyles.None, CultureInfo.InvariantCulture, out var count) && at + count + 2 < fields.Length)
        {
            var (type, text) = (fields[at + count + 1], fields[at + count + 2]);
            var kind = Kind(type);
            // Where one side renamed the file, the other name is among the paths too; one folder too many does no harm.
            if (type == "Auto-merging" || kind is ConflictKind.Content or ConflictKind.Binary)
                folders.UnionWith(fields[(at + 1)..(at + 1 + count)].Select(Folder));
            // What conflicts in making one base of several is no conflict of the two sides.
            if (kind is not null && !text.StartsWith(Inner, StringComparison.Ordinal))
            {
                foreach (var path in fields.AsSpan(at + 1, count))
                    Keep(kinds, path, kind.Value);
                if (messages.Count < PathsKept)
                    messages.Add(text.TrimEnd('\n'));
            }

            at += count + 3;
        }

        // Renames that collide may leave conflict markers in a merge that git calls clean (seen with 2.39): such paths have no stages.
        if (stages.Count == 0)
        {
            foreach (var path in kinds.Keys)
                stages[path] = new string?[6];
        }

        var paths = stages.Take(PathsKept).Select(p => Path(p.Key, p.Value, kinds));
        return new MergeTreeOutput(fields[0], [.. paths], messages) { MergedFolders = folders };
    }

    private static string Folder(string path) => path.LastIndexOf('/') is var slash and >= 0 ? path[..slash] : "";

    // "100644 ID 2\tpath"; the path may hold tabs and spaces. Three ids are kept, then three modes.
    private static void AddStage(Dictionary<string, string?[]> stages, string field)
    {
        var tab = field.IndexOf('\t');
        if (tab < 0 || field[..tab].Split(' ') is not [_, _, ['1' or '2' or '3']] head)
            throw GitAnswer.Unreadable("merge-tree", field);
        var path = field[(tab + 1)..];
        if (!stages.TryGetValue(path, out var ids))
            stages[path] = ids = new string?[6];
        ids[head[2][0] - '1'] = head[1];
        ids[head[2][0] - '1' + 3] = head[0];
    }

    private static ConflictedPath Path(string path, string?[] ids, Dictionary<string, ConflictKind> kinds)
    {
        var kind = kinds.GetValueOrDefault(path, ConflictKind.Other);
        if (kind == ConflictKind.Content && ids[0] is null)
            kind = ConflictKind.AddAdd;
        return new ConflictedPath(path, kind, ids[0], ids[1], ids[2]) { Modes = (ids[3], ids[4], ids[5]) };
    }

    // A binary file is reported as such and then as a content conflict as well; the first word is the better one.
    private static void Keep(Dictionary<string, ConflictKind> kinds, string path, ConflictKind kind)
    {
        if (!kinds.TryGetValue(path, out var known) || known is ConflictKind.Content or ConflictKind.Other)
            kinds[path] = kind;
    }

    private static ConflictKind? Kind(string type) => type switch
    {
        "CONFLICT (contents)" => ConflictKind.Content,
        "CONFLICT (binary)" => ConflictKind.Binary,
        "CONFLICT (file/directory)" => ConflictKind.FileFolder,
        "CONFLICT (distinct modes)" => ConflictKind.Mode,
        "CONFLICT (modify/delete)" => ConflictKind.ModifyDelete,
        _ when type.StartsWith("CONFLICT (submodule", StringComparison.Ordinal) => ConflictKind.Submodule,
        _ when type.Contains("rename", StringComparison.Ordinal) && type.StartsWith("CONFLICT", StringComparison.Ordinal) => ConflictKind.Rename,
        _ when type.StartsWith("CONFLICT", StringComparison.Ordinal) => ConflictKind.Other,
        _ => null,
    };
}
