using Tutti.Core.Session;

namespace Tutti.Core.Landing;

/// <summary>The pull request of a session that lands by one.</summary>
/// <param name="Commit">The integration branch's tip it was last opened, or tried, with.</param>
/// <param name="Opening">True while that is being done.</param>
/// <param name="Url">Where it is; null before it was first opened.</param>
/// <param name="Failure">Why the last try failed; null where none did since the last resume.</param>
public sealed record PullRequest(string Commit, bool Opening = false, string? Url = null, Failure? Failure = null)
{
    /// <summary>The code of the reason for which a session stops with its pull request open.</summary>
    public const string Open = "pull_request_open";

    /// <summary>Why a session stops whose pull request is open, or could not be opened; null while that is still to be tried.</summary>
    internal static Failure? End(SessionState state) => state.Landing.PullRequest switch
    {
        { Failure: { } failure } => failure,
        { Url: { } url, Commit: var commit } when commit == state.Landing.Tip => Waiting(state, url),
        _ => null,
    };

    internal static Failure Waiting(SessionState state, string url) => new(
        FailureCategory.Input, Open, $"pull request {url} waits for a person", $"merge it there; or 'tutti merge automatic' lands it on {state.Target} here");

    internal static SessionState Fold(SessionState state, Event e) => e switch
    {
        PullRequestOpening x => With(state, new PullRequest(x.Commit, Opening: true, state.Landing.PullRequest?.Url), state.Landing.Detour),
        PullRequestOpened x => With(state, new PullRequest(x.Commit, Url: x.Url), Waiting(state, x.Url)),
        PullRequestFailed x => With(state, state.Landing.PullRequest! with { Opening = false, Failure = x.Failure }, x.Failure),
        _ => throw new InvalidOperationException($"no fold for {e.GetType().Name}"),
    };

    // A failure is tried again by whoever takes the session up.
    internal static PullRequest? Woken(PullRequest? before) => before is null ? null : before with { Opening = false, Failure = null };

    private static SessionState With(SessionState state, PullRequest request, Failure? detour) =>
        state with { Landing = state.Landing with { PullRequest = request, Detour = detour } };
}
