using System.Globalization;
using Tutti.Core;

namespace Tutti.Engine.Git.Landing;

/// <summary>In whose name commits are made, and whether they are signed; read once from the user's own configuration.</summary>
/// <param name="AuthorName">As git has it.</param>
/// <param name="AuthorEmail">As git has it.</param>
/// <param name="CommitterName">As git has it.</param>
/// <param name="CommitterEmail">As git has it.</param>
/// <param name="Signs">Whether the user signs commits.</param>
/// <param name="SigningOptions">With which key and program, as options of git itself.</param>
public sealed record CommitIdentity(
    string AuthorName,
    string AuthorEmail,
    string CommitterName,
    string CommitterEmail,
    bool Signs,
    IReadOnlyList<string> SigningOptions)
{
    private const string Error = "error: ";

    // Which key and format: any configuration. Which program runs: only the user's or the system's, because an agent in a slot
    // can write the repository's (PITFALLS P23).
    private static readonly string[] FromAnywhere = ["user.signingkey", "gpg.format"];
    private static readonly string[] FromUser = ["gpg.program", "gpg.openpgp.program", "gpg.x509.program", "gpg.ssh.program", "gpg.ssh.defaultkeycommand"];

    /// <summary>Reads the identity that a commit in this folder would have.</summary>
    /// <exception cref="FailureException"><c>no_identity</c>.</exception>
    public static async Task<CommitIdentity> ReadAsync(string directory, CancellationToken cancellation = default)
    {
        var author = IdentAsync(directory, "GIT_AUTHOR_IDENT", cancellation);
        var committer = IdentAsync(directory, "GIT_COMMITTER_IDENT", cancellation);
        var (signs, options) = await SigningAsync(directory, cancellation);
        var (name, email) = await author;
        var (committerName, committerEmail) = await committer;
        return new CommitIdentity(name, email, committerName, committerEmail, signs, options);
    }

    /// <summary>What git said when it was to sign, as the failure to sign that it is.</summary>
    internal static Failure SigningFailed(Failure git)
    {
        // `error: gpg failed to sign the data:`, and what gpg said; then `fatal: failed to write commit object`, which says nothing.
        var said = git.Detail?.Split('\n').FirstOrDefault(line => line.StartsWith(Error, StringComparison.Ordinal))?[Error.Length..].TrimEnd(' ', ':');
        return git with
        {
            Code = FailureCode.SigningFailed,
            Message = $"git could not sign a commit: {said ?? git.Message}",
            Hint = "make `git commit -S` work here, or set commit.gpgsign to false; then 'tutti resume'",
        };
    }

    /// <summary>The environment that makes git write this identity and these dates.</summary>
    /// <param name="author">Another author with the date, as <see cref="Replay"/> has them; null is the user at <paramref name="at"/>.</param>
    /// <param name="at">The committer's date.</param>
    internal Dictionary<string, string> Environment(Authorship? author, DateTimeOffset at)
    {
        var date = GitDate(at);
        return new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["GIT_AUTHOR_NAME"] = author?.Name ?? AuthorName,
            ["GIT_AUTHOR_EMAIL"] = author?.Email ?? AuthorEmail,
            ["GIT_AUTHOR_DATE"] = author?.Date ?? date,
            ["GIT_COMMITTER_NAME"] = CommitterName,
            ["GIT_COMMITTER_EMAIL"] = CommitterEmail,
            ["GIT_COMMITTER_DATE"] = date,
        };
    }

    // "@1763726400 +0100": seconds since 1970 and the zone, git's own format, which nothing has to guess.
    private static string GitDate(DateTimeOffset at) =>
        string.Create(CultureInfo.InvariantCulture, $"@{at.ToUnixTimeSeconds()} {(at.Offset < TimeSpan.Zero ? '-' : '+')}{at.Offset:hhmm}");

    // "Ada Lovelace <ada@example.org> 1763726400 +0100"; the name may hold anything but < and >.
    private static async Task<(string Name, string Email)> IdentAsync(string directory, string variable, CancellationToken cancellation)
    {
        var result = await GitCommand.TryAsync(directory, ["var", variable], cancellation: cancellation);
        var (open, close) = (result.Text.IndexOf('<'), result.Text.LastIndexOf('>'));
        if (result.ExitCode != 0 || open < 1 || close < open)
            throw FailureException.Environment(
                FailureCode.NoIdentity,
                "git does not know who commits here",
                "git config --global user.name 'Your Name' && git config --global user.email you@example.org");
        return (result.Text[..(open - 1)], result.Text[(open + 1)..close]);
    }

    private static async Task<(bool Signs, IReadOnlyList<string> Options)> SigningAsync(string directory, CancellationToken cancellation)
    {
        var signs = false;
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var entry in ConfigEntry.Parse(await GitCommand.RunAsync(directory, ConfigEntry.List, cancellation: cancellation)))
        {
            if (entry.Key == "commit.gpgsign")
                signs = entry.Said.ToLowerInvariant() is not ("" or "0" or "false" or "no" or "off");
            else if (FromAnywhere.Contains(entry.Key) || (FromUser.Contains(entry.Key) && entry.IsUsers))
                values[entry.Key] = entry.Said;
        }

        return (signs, [.. values.SelectMany(v => (string[])["-c", $"{v.Key}={v.Value}"])]);
    }
}

/// <summary>Who wrote a commit, and when, as git prints it with <c>--date=raw</c>.</summary>
internal sealed record Authorship(string Name, string Email, string Date);
