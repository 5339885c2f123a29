using System.Text;
using Tutti.Core;

namespace Tutti.Engine.Git;

/// <summary>One path that a status names.</summary>
/// <param name="Path">Relative, with <c>/</c>; a nested repository ends with one.</param>
/// <param name="Index">What the index says against HEAD: <c>.</c> unchanged, A, M, D, T; <c>?</c> untracked; <c>U</c> unmerged.</param>
/// <param name="Tree">What the files say against the index.</param>
/// <param name="IsSubmodule">True when HEAD, index or files have a submodule there.</param>
/// <param name="HeadMode">Mode at HEAD, 000000 when it is not there.</param>
/// <param name="HeadId">Object at HEAD, zeros when it is not there.</param>
/// <param name="IndexMode">Mode in the index.</param>
public sealed record StatusEntry(string Path, char Index, char Tree, bool IsSubmodule, string HeadMode, string HeadId, string IndexMode)
{
    public bool IsUntracked => Index == '?';

    /// <summary>True for a repository inside the checkout that git does not look into.</summary>
    public bool IsNestedRepository => IsUntracked && Path.EndsWith('/');

    public bool IsUnmerged => Index == 'U';
    public bool IsStaged => Index is not ('.' or '?' or 'U');
}

/// <summary>A checkout's state: where it stands and what is not committed.</summary>
/// <param name="Head">HEAD's commit; null on a branch without commits.</param>
/// <param name="Branch">The short branch name; null when HEAD is detached.</param>
/// <param name="Entries">Every path that differs, renames as one that goes and one that comes.</param>
public sealed record CheckoutStatus(string? Head, string? Branch, IReadOnlyList<StatusEntry> Entries)
{
    /// <summary>More uncommitted paths than this are no agent's work; a folder that should be ignored is not.</summary>
    public const int PathLimit = 20_000;

    /// <summary>A record and a message can use no more paths; a deleted tree would name every file.</summary>
    public const int MostNamed = 50;

    // Renames off: each path stands for itself. The user's own settings could hide submodules, or what is untracked.
    private static readonly string[] Arguments = ["status", "--porcelain=v2", "-z", "--branch", "--no-ahead-behind", "--no-renames", "--ignore-submodules=none"];

    private static readonly Dictionary<string, string> Locking = new(StringComparer.Ordinal) { ["GIT_OPTIONAL_LOCKS"] = "1" };

    public bool IsClean => Entries.Count == 0;

    /// <summary>The first of the paths, at most <see cref="MostNamed"/>.</summary>
    public IReadOnlyList<string> Named => [.. Entries.Take(MostNamed).Select(entry => entry.Path)];

    /// <summary>Reads a checkout's status with one git process, every untracked file by name: an unnamed folder cannot be judged path by path.</summary>
    /// <exception cref="FailureException">Git refused, or <see cref="PathLimit"/> is passed.</exception>
    public static async Task<CheckoutStatus> ReadAsync(string checkout, CancellationToken cancellation = default)
    {
        var (status, whole) = await ReadAsync(checkout, "all", refresh: false, cancellation);
        return whole && status.Entries.Count <= PathLimit ? status : throw TooMany(checkout);
    }

    /// <summary>The same, with an untracked folder named once instead of each file in it; of very many paths the first.</summary>
    /// <param name="checkout">Its folder.</param>
    /// <param name="refresh">Lets git write back what it learnt, so that the next look need not read files again whose times are too new to be sure.</param>
    /// <param name="cancellation">Kills git.</param>
    public static async Task<CheckoutStatus> GlanceAsync(string checkout, bool refresh, CancellationToken cancellation) =>
        (await ReadAsync(checkout, "normal", refresh, cancellation)).Status;

    private static async Task<(CheckoutStatus Status, bool Whole)> ReadAsync(string checkout, string untracked, bool refresh, CancellationToken cancellation)
    {
        string[] arguments = [.. Arguments, $"--untracked-files={untracked}"];
        var result = await GitCommand.TryAsync(checkout, arguments, environment: refresh ? Locking : null, cancellation: cancellation);
        if (result.ExitCode != 0)
            throw new FailureException(GitCommand.Failed(arguments, result));
        ReadOnlySpan<byte> output = result.Output;
        return (Parse(result.Truncated ? output[..(output.LastIndexOf((byte)0) + 1)] : output), !result.Truncated);
    }

    /// <summary>
    /// Reads <c>git status --porcelain=v2 -z --branch --no-renames</c>. Records end with NUL:
    /// <code>
    /// # branch.oid 3f2a… | (initial)
    /// # branch.head main | (detached)
    /// 1 .M N... 100644 100644 100755 ID ID path with spaces
    /// 1 .M SC.U 160000 160000 160000 ID ID sub        (submodule: new commit, modified, untracked)
    /// u UU N... 100644 100644 100644 100644 ID ID ID path
    /// ? untracked   |   ? nested-repository/
    /// </code>
    /// A path may hold anything but NUL, newlines too.
    /// </summary>
    public static CheckoutStatus Parse(ReadOnlySpan<byte> output)
    {
        string? head = null, branch = null;
        var entries = new List<StatusEntry>();
        foreach (var record in Encoding.UTF8.GetString(output).Split('\0', StringSplitOptions.RemoveEmptyEntries))
        {
            if (record.StartsWith("# branch.oid ", StringComparison.Ordinal))
                head = record[13..] is "(initial)" ? null : record[13..];
            else if (record.StartsWith("# branch.head ", StringComparison.Ordinal))
                branch = record[14..] is "(detached)" ? null : record[14..];
            else if (record[0] != '#' && Entry(record) is { } entry)
                entries.Add(entry);
        }

        return new CheckoutStatus(head, branch, entries);
    }

    private static StatusEntry? Entry(string record)
    {
        if (record is ['?', _, .. var untracked])
            return new StatusEntry(untracked, '?', '?', false, "000000", "", "000000");
        var parts = record.Split(' ', record[0] == '1' ? 9 : 11);
        return record[0] switch
        {
            '1' or 'u' or '?' when parts.Length != (record[0] == '1' ? 9 : 11) || parts[1].Length < 2 || parts[2].Length == 0 => throw GitAnswer.Unreadable("status", record),
            '1' => new StatusEntry(parts[8], parts[1][0], parts[1][1], parts[2][0] == 'S' || parts[4] == "160000", parts[3], parts[6], parts[4]),
            'u' => new StatusEntry(parts[10], 'U', 'U', parts[2][0] == 'S', "000000", "", "000000"),
            _ => null,
        };
    }

    private static FailureException TooMany(string checkout) => new(new Failure(
        FailureCategory.Agent,
        "too_many_paths",
        $"more than {PathLimit} uncommitted paths in {checkout}",
        "add the generated folder to .gitignore, or commit in the slot by hand"));
}
