namespace Tutti.Engine.Git.Pool;

/// <summary>What <c>git status --porcelain=v2 --branch -z</c> said of a slot.</summary>
/// <param name="Head">Commit HEAD is at; null while its branch has no commit.</param>
/// <param name="Branch">Short name of the branch HEAD is on; null when detached.</param>
/// <param name="Paths">The first of the paths that differ from HEAD or are untracked.</param>
/// <param name="Count">How many there are.</param>
internal sealed record SlotStatus(string? Head, string? Branch, IReadOnlyList<string> Paths, int Count)
{
    // A record and a message can use no more; a deleted tree would name every file.
    public const int MaxPaths = 50;

    // `normal` names an untracked folder once instead of each file. The user's own settings could hide either kind.
    private static readonly string[] Arguments =
        ["status", "--porcelain=v2", "-z", "--branch", "--no-ahead-behind", "--untracked-files=normal", "--ignore-submodules=none"];

    private static readonly Dictionary<string, string> Locking = new(StringComparer.Ordinal) { ["GIT_OPTIONAL_LOCKS"] = "1" };

    public bool IsClean => Count == 0;

    /// <summary>Asks git.</summary>
    /// <param name="path">The slot's folder.</param>
    /// <param name="refresh">Lets git write back what it learnt, so that the next look need not read files again whose times are too new to be sure.</param>
    /// <param name="cancellation">Kills git.</param>
    public static async Task<SlotStatus> ReadAsync(string path, bool refresh, CancellationToken cancellation) =>
        Parse(await GitCommand.RunAsync(path, Arguments, environment: refresh ? Locking : null, cancellation: cancellation));

    /// <summary>
    /// Sample, with NUL for each line's end: <c># branch.oid 0123…</c>, <c># branch.head feature/x</c>,
    /// <c>1 .M N... 100644 100644 100644 0123… 0123… a b.txt</c>, <c>? new dir/</c>. Awkward: a rename (<c>2 R. … X100 new</c>) is
    /// followed by its old path as an entry of its own; <c>(initial)</c> and <c>(detached)</c> stand for what is missing; paths hold
    /// blanks and newlines; conflicts (<c>u</c>) have two fields more.
    /// </summary>
    internal static SlotStatus Parse(string output)
    {
        string? head = null, branch = null;
        var paths = new List<string>();
        var count = 0;
        var entries = output.Split('\0');
        for (var i = 0; i < entries.Length; i++)
        {
            var entry = entries[i];
            if (entry.StartsWith("# branch.oid ", StringComparison.Ordinal))
                head = entry[13..] is "(initial)" ? null : entry[13..];
            else if (entry.StartsWith("# branch.head ", StringComparison.Ordinal))
                branch = entry[14..] is "(detached)" ? null : entry[14..];
            else if (PathOf(entry) is { } path)
            {
                count++;
                if (paths.Count < MaxPaths)
                    paths.Add(path);
                if (entry[0] == '2')
                    i++;
            }
        }

        return new SlotStatus(head, branch, paths, count);
    }

    private static string? PathOf(string entry) => entry switch
    {
        ['1', ' ', ..] => After(entry, 8),
        ['2', ' ', ..] => After(entry, 9),
        ['u', ' ', ..] => After(entry, 10),
        ['?', ' ', ..] => entry[2..],
        _ => null,
    };

    private static string After(string entry, int blanks) => entry.Split(' ', blanks + 1)[^1];
}
