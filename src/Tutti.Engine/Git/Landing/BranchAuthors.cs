using System.Text.RegularExpressions;

namespace Tutti.Engine.Git.Landing;

/// <summary>Who wrote a branch, for the one commit that a squash makes of it.</summary>
/// <param name="MainCommit">A commit of the one who wrote most of its commits; null where nobody is known.</param>
/// <param name="CoAuthors">All others, and whom the commits name as such, as <c>Name &lt;mail&gt;</c>, each once.</param>
internal sealed partial record BranchAuthors(string? MainCommit, IReadOnlyList<string> CoAuthors)
{
    /// <summary>Commits looked at, the newest of a longer branch.</summary>
    private const int Most = 500;

    public static BranchAuthors None { get; } = new(null, []);

    /// <summary>The authors of onto..head.</summary>
    public static async Task<BranchAuthors> ReadAsync(ControlRepository control, string onto, string head, CancellationToken cancellation)
    {
        var commits = await Replay.ReadAsync(control, [$"--max-count={Most}", "--no-merges", $"{ObjectId.Check(onto)}..{ObjectId.Check(head)}"], cancellation);
        if (commits.Count == 0)
            return None;
        // The first of those with the most commits, so that the answer is the same each time.
        var main = commits.GroupBy(c => Mail(c.Author.Email)).OrderByDescending(g => g.Count()).First();
        var others = commits.Where(c => Mail(c.Author.Email) != main.Key).Select(c => $"{c.Author.Name} <{c.Author.Email}>");
        var named = commits.SelectMany(c => Trailer().Matches(c.Message)).Select(m => $"{m.Groups["name"].Value.Trim()} <{m.Groups["mail"].Value}>");
        return new BranchAuthors(main.First().Id, [.. others.Concat(named).DistinctBy(MailOf).Where(who => MailOf(who) != main.Key).Order(StringComparer.Ordinal)]);
    }

    private static string Mail(string mail) => mail.ToLowerInvariant();

    private static string MailOf(string who) => Mail(who[(who.LastIndexOf('<') + 1)..^1]);

    // "Co-authored-by: Ada Lovelace <ada@example.org>", in any case, as git and its hosts take it.
    [GeneratedRegex(
        @"^co-authored-by:(?>[ \t]*)(?<name>[^<>\r\n]+)<(?<mail>[^<>\r\n]+)>[ \t\r]*$",
        RegexOptions.IgnoreCase | RegexOptions.Multiline | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Trailer();
}
