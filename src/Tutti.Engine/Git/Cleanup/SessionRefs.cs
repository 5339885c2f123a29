using Tutti.Core;
using Tutti.Engine.Git.Landing;
using Tutti.Engine.Git.Work;

namespace Tutti.Engine.Git.Cleanup;

/// <summary>Commits that only one of a session's refs holds.</summary>
/// <param name="Ref">The ref.</param>
/// <param name="Head">Its commit.</param>
/// <param name="Commits">How many commits would be unreachable, at most <see cref="SessionRefs.CommitsCounted"/>.</param>
/// <param name="Subject">The first line of its message.</param>
/// <param name="Ids">The commits, newest first, at most <see cref="IdsNamed"/>.</param>
public sealed record UnreachableWork(string Ref, string Head, int Commits, string Subject, IReadOnlyList<string> Ids)
{
    public const int IdsNamed = 50;

    internal static UnreachableWork Of(string name, string head, IReadOnlyList<string> commits, string subject) =>
        new(name, head, commits.Count, subject, [.. commits.Take(IdsNamed)]);
}

/// <summary>The refs that a session keeps under <c>refs/tutti/SESSION/</c>, and what removing them would lose.</summary>
/// <param name="commonDirectory">The common git folder.</param>
public sealed class SessionRefs(string commonDirectory)
{
    public const int CommitsCounted = 1_000;

    private readonly RefStore _refs = new(commonDirectory);

    public Task<IReadOnlyList<NamedRef>> ListAsync(string session, CancellationToken cancellation = default) =>
        _refs.ListAsync(AttemptRef.Of(session), cancellation);

    /// <summary>
    /// The session's refs whose commits nothing else holds. Empty means that all of them can go without losing a commit.
    /// A commit that only a detached HEAD or a reflog holds counts as held by nothing.
    /// </summary>
    /// <param name="session">The session's id.</param>
    /// <param name="alsoGoing">Full names of further refs that will be removed, such as the integration branch.</param>
    /// <param name="cancellation">Ends the git processes.</param>
    public async Task<IReadOnlyList<UnreachableWork>> WouldBecomeUnreachableAsync(
        string session, IReadOnlyList<string> alsoGoing, CancellationToken cancellation = default)
    {
        var refs = await ListAsync(session, cancellation);
        if (refs.Count == 0 || (await OnlyInAsync([.. refs.Select(r => r.Id)], session, alsoGoing, limit: 1, cancellation)).Count == 0)
            return [];
        var found = new List<UnreachableWork>();
        foreach (var one in refs)
        {
            var commits = await OnlyInAsync([one.Id], session, alsoGoing, CommitsCounted, cancellation);
            if (commits.Count > 0)
                found.Add(UnreachableWork.Of(one.Name, one.Id, commits, await SubjectAsync(one.Id, cancellation)));
        }

        return found;
    }

    /// <summary>Removes exactly these refs, all or none, if each is still where it was listed.</summary>
    public Task<Failure?> RemoveAsync(IReadOnlyList<NamedRef> listed, CancellationToken cancellation = default) =>
        _refs.ApplyAsync([.. listed.Select(r => RefChange.Delete(r.Name, r.Id))], "tutti: clean", cancellation);

    /// <summary>Commits of these heads that nothing holds but the session's refs and those that go with them.</summary>
    internal async Task<IReadOnlyList<string>> OnlyInAsync(
        IReadOnlyList<string> heads, string session, IReadOnlyList<string> alsoGoing, int limit, CancellationToken cancellation)
    {
        // --exclude counts for the next --glob; its * matches slashes too.
        var going = alsoGoing.Prepend(AttemptRef.Of(session) + "*").Select(r => "--exclude=" + r);
        var text = await GitCommand.RunAsync(
            commonDirectory, ["rev-list", $"--max-count={limit}", "--stdin", "--not", .. going, "--glob=refs/*"], string.Concat(heads.Select(id => id + "\n")), cancellation: cancellation);
        return text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private Task<string> SubjectAsync(string commit, CancellationToken cancellation) =>
        GitCommand.RunAsync(commonDirectory, ["log", "-1", "--no-show-signature", "--format=%s", commit, "--"], cancellation: cancellation);
}
