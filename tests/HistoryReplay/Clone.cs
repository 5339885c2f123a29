using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Tutti.Core;
using Tutti.Engine.Git;

namespace HistoryReplay;

/// <summary>One merge commit as it was made.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Tree">Its tree.</param>
/// <param name="Parents">Two or more, the first being what was merged onto.</param>
public sealed record RecordedMerge(string Id, string Tree, IReadOnlyList<string> Parents)
{
    public string Onto => Parents[0];

    public string Head => Parents[1];
}

/// <summary>The clone that is replayed. It is only read, and <see cref="Fingerprint"/> shows that it was.</summary>
/// <param name="Common">The common git folder.</param>
/// <param name="Top">The top of the checkout, or null in a bare repository.</param>
/// <param name="Sha256">Whether its ids are SHA-256.</param>
public sealed record Clone(string Common, string? Top, bool Sha256)
{
    /// <summary>The file that names the commits at which a shallow clone ends, if it is one.</summary>
    public string? ShallowFile => Path.Combine(Common, "shallow") is var file && File.Exists(file) ? file : null;

    /// <summary>Finds the repository that a path lies in.</summary>
    /// <exception cref="FailureException"><c>no_repository</c>.</exception>
    public static async Task<Clone> OpenAsync(string path)
    {
        if (!Directory.Exists(path))
            throw FailureException.Input("no_repository", $"there is no folder '{path}'");
        // Whoever names a clone here trusts it as far as reading goes; it may belong to another user.
        var asked = await GitCommand.TryAsync(
            Path.GetFullPath(path), ["-c", "safe.directory=*", "rev-parse", "--path-format=absolute", "--git-common-dir", "--is-bare-repository", "--show-object-format"]);
        var lines = asked.Text.Split('\n');
        if (asked.ExitCode != 0 || lines.Length != 3)
            throw FailureException.Input("no_repository", $"'{path}' is no git repository ({asked.Error.Trim().Split('\n')[^1]})", "git clone URL, and give the path of that");
        var top = lines[1] == "true" ? null : (await GitCommand.TryAsync(Path.GetFullPath(path), ["-c", "safe.directory=*", "rev-parse", "--show-toplevel"])).Text;
        return new Clone(lines[0], top is { Length: > 0 } ? top : null, lines[2] == "sha256");
    }

    /// <summary>The newest merges that any ref or HEAD reaches, newest first.</summary>
    /// <exception cref="FailureException"><c>no_merges</c>, or git cannot walk the history.</exception>
    public async Task<IReadOnlyList<RecordedMerge>> MergesAsync(int? max)
    {
        string[] limit = max is { } count ? [string.Create(CultureInfo.InvariantCulture, $"--max-count={count}")] : [];
        string[] arguments = ["-c", "safe.directory=*", "--no-replace-objects", "rev-list", "--all", "--min-parents=2", "--no-commit-header", "--format=%H %T %P", .. limit];
        var result = await GitCommand.TryAsync(Common, arguments);
        if (result.ExitCode != 0)
            throw new FailureException(GitCommand.Failed(arguments, result));
        if (result.Truncated)
            throw FailureException.Input("too_many_merges", "more merges than can be listed at once", "--max 100000");
        var merges = result.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.Split(' ')).Select(f => new RecordedMerge(f[0], f[1], f[2..])).ToList();
        return merges.Count > 0 ? merges : throw FailureException.Input("no_merges", $"no ref of {Common} reaches a merge commit", "a full clone has more of the history than a shallow one");
    }

    /// <summary>
    /// Name, size and time of every file in the git folder and in the checkout, as one hash. Of objects the name and size: git renews the time of a pack that
    /// it would otherwise have to write an object of anew, even where the pack is borrowed.
    /// </summary>
    public string Fingerprint()
    {
        var objects = Path.Combine(Common, "objects") + Path.DirectorySeparatorChar;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var root in (string?[])[Common, Top])
        {
            // Links are looked at, never followed.
            var files = root is null ? [] : new DirectoryInfo(root).EnumerateFileSystemInfos("*", new EnumerationOptions
            {
                RecurseSubdirectories = true,
                AttributesToSkip = FileAttributes.None,
                IgnoreInaccessible = true,
            });
            foreach (var file in files.OrderBy(f => f.FullName, StringComparer.Ordinal))
            {
                var time = file.FullName.StartsWith(objects, StringComparison.Ordinal) ? 0 : file.LastWriteTimeUtc.Ticks;
                hash.AppendData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{file.FullName}\0{(file as FileInfo)?.Length}\0{time}\n")));
            }
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
