using System.Text;
using Tutti.Core;
using Tutti.Core.Landing;
using Tutti.Core.Session;
using Tutti.Engine.Git.Landing;
using Tutti.Engine.Journal;

namespace Tutti.Engine.Conductor;

/// <summary>
/// Pushes the integration branch and opens a pull request for it. Done again, also after a crash in the middle, it pushes what is
/// there already and finds the request that is open.
/// </summary>
internal sealed class PullRequestEffects(SessionContext context)
{
    // GitHub takes 65,536 characters.
    private const int LongestBody = 60_000;
    private const int LongestTitle = 120;

    public async Task<Input> OpenAsync(OpenPullRequest effect, SessionState state, CancellationToken cancellation)
    {
        try
        {
            return new PullRequestEnded(effect.Commit, await UrlAsync(effect, state, cancellation), null);
        }
        catch (FailureException e)
        {
            return new PullRequestEnded(effect.Commit, null, Waiting(state, e.Failure));
        }
    }

    private async Task<string> UrlAsync(OpenPullRequest effect, SessionState state, CancellationToken cancellation)
    {
        if (GitHubCli.Missing() is { } missing)
            throw new FailureException(missing);
        var remote = new RemoteBranch(context.Top);
        var place = await remote.PlaceOfAsync(state.Target, cancellation)
            ?? throw new FailureException(new Failure(FailureCategory.Environment, "no_remote", $"{state.Target} has no upstream, and there is no remote 'origin' to push to", "git remote add origin URL"));
        // Asked before anything is pushed: who is not signed in has a remote that is as it was.
        var hub = new GitHubCli(context.Top);
        var open = await hub.FindAsync(effect.Branch, place.Base, cancellation);
        if (await remote.PushAsync(place.Remote, effect.Branch, effect.Commit, cancellation) is { } refused)
            throw new FailureException(refused);
        return open ?? await hub.CreateAsync(effect.Branch, place.Base, Title(state), await BodyAsync(state, cancellation), cancellation);
    }

    private async Task<string> BodyAsync(SessionState state, CancellationToken cancellation)
    {
        var body = Secrets.Known(state.Settings).Mask(context.PullRequestBody(state));
        var file = context.Folder.File("pull-request.md");
        await File.WriteAllTextAsync(file, ShortText.Of(body, LongestBody), cancellation);
        return file;
    }

    private static string Title(SessionState state)
    {
        var words = state.Plan.Tasks is [var only] ? only.Title : state.Request ?? $"{state.Landing.Integrated.Count} tasks of session {state.Id}";
        var line = new StringBuilder();
        foreach (var word in words.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
            line.Append(line.Length == 0 ? "" : " ").Append(word);
        return ShortText.Of(line.ToString(), LongestTitle);
    }

    private static Failure Waiting(SessionState state, Failure failure) => failure with
    {
        Message = $"{failure.Message}; the work waits on {IntegrationBranch.Of(state.Id)}",
        Hint = $"{(failure.Hint is { } hint ? $"{hint}; then " : "")}'tutti resume {state.Id}' tries again, 'tutti merge automatic' lands it here",
    };
}
