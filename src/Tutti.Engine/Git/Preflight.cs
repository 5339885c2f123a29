using System.Globalization;
using Tutti.Core;
using Tutti.Core.Views;
using Tutti.Engine.Git.Landing;
using Tutti.Engine.Git.Trust;
using Tutti.Engine.Host;
using Tutti.Engine.Processes;

namespace Tutti.Engine.Git;

/// <summary>
/// Looks whether a repository is fit for a session (SPEC 3.1). Nothing on disk is changed by any check, and all failures are
/// collected, so that the user mends them in one go.
/// </summary>
public static class Preflight
{
    /// <summary>The oldest git that works: 2.38 brought <c>merge-tree --write-tree</c>, with which everything lands.</summary>
    public static readonly Version OldestGit = new(2, 38);

    /// <summary>Runs every check, side by side.</summary>
    public static async Task<PreflightReport> CheckAsync(Repository repository, PreflightNeeds needs, CancellationToken cancellation = default)
    {
        var failures = new List<Failure>();
        var notes = new List<string>();
        if (await VersionAsync(repository, failures, cancellation) is not { } version)
            return new PreflightReport(null, null, null, null, null, failures, notes);

        var heads = PreflightTarget.ReadAsync(repository, cancellation);
        var identity = await IdentityAsync(repository, failures, cancellation);
        var target = await PreflightTarget.FindAsync(heads, needs.Target, failures);
        // Of a repository of another user git reads no configuration, so that whoever is named there seems not to be.
        if (failures.Exists(f => f.Code == FailureCode.RepositoryNotOwned))
            failures.RemoveAll(f => f.Code == FailureCode.NoIdentity);
        if (identity is not null && target is not null)
            await CheckSigningAsync(repository, target.Commit, failures, cancellation);
        var checkout = target is null ? null : await PreflightTarget.CheckoutAsync(repository, target.Name, notes, cancellation);
        if (!Posix.MayWrite(repository.CommonDirectory))
            failures.Add(Unfit("state_not_writable", $"{repository.CommonDirectory} cannot be written", "Tutti needs to write into the repository's git folder: look at whose it is, its permissions (ls -ld), and how its disk is mounted"));
        CheckDisk(repository.StateDirectory, "Tutti's state", needs.MinFreeDisk, failures);
        if (needs.PoolRoot is { } root)
            CheckDisk(root, "the worktrees", needs.MinFreeDisk, failures);
        if (repository.Top is { } top && File.Exists(Path.Combine(top, ".gitmodules")))
            notes.Add("the repository has submodules: slots are worktrees in which they are not checked out; add `git submodule update --init` to setup if the tasks need them");
        return new PreflightReport(target?.Name, target?.Commit, version, identity, checkout, failures, notes);
    }

    /// <summary>
    /// The numbers in what <c>git version</c> prints; null when there are none. Samples: <c>git version 2.39.5</c>,
    /// <c>git version 2.39.5 (Apple Git-154)</c>, <c>git version 2.45.0.windows.1</c>, <c>git version 2.47.0-rc1</c>.
    /// </summary>
    public static Version? ParseVersion(string said)
    {
        const string Prefix = "git version ";
        if (!said.StartsWith(Prefix, StringComparison.Ordinal))
            return null;
        var numbers = said[Prefix.Length..].Split(' ', '-')[0].Split('.')
            .TakeWhile(part => int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out _))
            .Take(3)
            .Select(part => int.Parse(part, CultureInfo.InvariantCulture))
            .ToArray();
        return numbers switch
        {
            [var major, var minor, var patch] => new Version(major, minor, patch),
            [var major, var minor] => new Version(major, minor),
            _ => null,
        };
    }

    private static async Task<string?> VersionAsync(Repository repository, List<Failure> failures, CancellationToken cancellation)
    {
        try
        {
            var said = await GitCommand.RunAsync(repository.Folder, ["version"], cancellation: cancellation);
            if (ParseVersion(said) is not { } version)
                failures.Add(Unfit("git_unknown", $"'git version' said: {said.Split('\n')[0]}", "is the git on your PATH really git?"));
            else if (version < OldestGit)
                failures.Add(Unfit("git_too_old", $"git {version} is too old; Tutti needs {OldestGit} or newer, for merges without a checkout", "install a newer git"));
            return said.Split(' ').ElementAtOrDefault(2) ?? said;
        }
        catch (FailureException e) when (e.Failure.Code == FailureCode.ProgramNotStarted)
        {
            failures.Add(Unfit("no_git", "git cannot be started", "install git and put it on your PATH"));
            return null;
        }
    }

    private static async Task<string?> IdentityAsync(Repository repository, List<Failure> failures, CancellationToken cancellation)
    {
        // useConfigOnly refuses what git would otherwise guess from the machine's name and the user's login.
        var result = await GitCommand.TryAsync(
            repository.Folder, ["-c", "user.useConfigOnly=true", "var", "GIT_COMMITTER_IDENT"], cancellation: cancellation);
        // An address that is set to nothing passes git, and makes commits that nobody answers for.
        if (result.ExitCode == 0 && !WithoutDate(result.Text).EndsWith("<>", StringComparison.Ordinal))
            return WithoutDate(result.Text);
        failures.Add(Unowned(repository, result.Error) ?? Unreadable(result.Error) ?? Unfit(
            FailureCode.NoIdentity,
            "git does not know who commits: user.name or user.email is not set",
            "git config --global user.name \"Your Name\" && git config --global user.email you@example.com"));
        return null;
    }

    // Found out by the first commit, it would have cost the work of agents. The commit goes into a folder of its own, which is thrown away.
    private static async Task CheckSigningAsync(Repository repository, string commit, List<Failure> failures, CancellationToken cancellation)
    {
        var signs = await GitCommand.TryAsync(repository.Folder, ["config", "--type=bool", "--get", "commit.gpgsign"], cancellation: cancellation);
        if (signs.Text != "true")
            return;
        using var aside = new ScratchFolder("tutti-signing-");
        var environment = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["GIT_OBJECT_DIRECTORY"] = aside.Path,
            ["GIT_ALTERNATE_OBJECT_DIRECTORIES"] = Path.Combine(repository.CommonDirectory, "objects"),
        };
        string[] sign = ["commit-tree", "-S", $"{commit}^{{tree}}", "-F", "-"];
        if (await TrySigningAsync(sign) is { } failure)
        {
            failures.Add(CommitIdentity.SigningFailed(failure) with { Message = "commits are to be signed (commit.gpgsign), and git could not sign one" });
            return;
        }

        // Merges are signed by the user's own programs: an agent in a slot can write the repository's configuration (PITFALLS P23).
        var found = GitPrograms.Of(ConfigEntry.Parse(await GitCommand.RunAsync(repository.Folder, ConfigEntry.List, cancellation: cancellation)));
        var over = GitPrograms.Overrides(found, [], new Dictionary<string, IReadOnlyList<string>>()).Where(setting => setting.Key.StartsWith("gpg.", StringComparison.Ordinal) && setting.Key != "gpg.format").ToList();
        if (over.Count > 0 && await TrySigningAsync([.. over.SelectMany(setting => (string[])["-c", $"{setting.Key}={setting.Value}"]), .. sign]) is { } without)
        {
            failures.Add(CommitIdentity.SigningFailed(without) with
            {
                Message = $"commits are to be signed (commit.gpgsign), and only the repository's own configuration says by which program ({over[0].Key}); an agent can write there, so merges are not signed by it",
                Hint = $"git config --global {over[0].Key} \"$(git config {over[0].Key})\"",
            });
        }

        async Task<Failure?> TrySigningAsync(string[] arguments) =>
            await GitCommand.TryAsync(repository.Folder, arguments, "a trial\n", environment, cancellation) is { ExitCode: not 0 } result ? GitCommand.Failed(arguments, result) : null;
    }

    /// <summary>The failure for a repository of another user, which git refuses to work in; null when this is not what git said.</summary>
    internal static Failure? Unowned(Repository repository, string error) =>
        error.Contains("dubious ownership", StringComparison.Ordinal)
            ? Unfit(
                FailureCode.RepositoryNotOwned,
                $"{repository.Folder} belongs to another user, and git refuses to work in it",
                $"if you trust it: {string.Join(" && ", new[] { repository.Folder, repository.CommonDirectory }.Distinct().Select(folder => $"git config --global --add safe.directory {ShellWord.Quote(folder)}"))}")
            : null;

    // Sample: `fatal: bad config line 9 in file .git/config`; every command of git fails with it.
    private static Failure? Unreadable(string error) =>
        error.Split('\n').FirstOrDefault(line => line.Contains("bad config", StringComparison.Ordinal)) is { } line
            ? Unfit("git_config_broken", $"git cannot read its configuration: {line.Replace("fatal: ", "", StringComparison.Ordinal)}", "mend that line")
            : null;

    // Sample: `Ada Lovelace <ada@example.com> 1700000000 +0100`; the name may hold anything but < and >.
    private static string WithoutDate(string ident) => ident[..(ident.LastIndexOf('>') + 1)];

    private static void CheckDisk(string path, string what, long least, List<Failure> failures)
    {
        var free = HostProbe.FreeDisk(path);
        if (free < least)
            failures.Add(new Failure(
                FailureCategory.Environment,
                "disk_full",
                $"{Megabytes(free)} MB free for {what} at {path}; {Megabytes(least)} MB are needed",
                "free some space, or lower limits.min_free_disk"));
    }

    private static long Megabytes(long bytes) => bytes / (1024 * 1024);

    private static Failure Unfit(string code, string message, string hint) => new(FailureCategory.Environment, code, message, hint);
}
