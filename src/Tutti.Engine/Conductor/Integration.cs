using Tutti.Core.Landing;
using Tutti.Core.Session;
using Tutti.Engine.Git;
using Tutti.Engine.Git.Landing;

namespace Tutti.Engine.Conductor;

/// <summary>The refs on which work gathers while the target stays where it is.</summary>
public static class Integration
{
    /// <summary>The one that is in use: the branch a person takes, or a ref apart from the branches where they are to be left as they are.</summary>
    public static string RefOf(SessionState state) => IntegrationBranch.IsApart(state) ? IntegrationBranch.Apart(state.Id) : Branch(state);

    /// <summary>Removes them, once the target has it all; one that is checked out, or that a person has committed on, stays.</summary>
    public static async Task DropAsync(Repository repository, SessionState state, CancellationToken cancellation)
    {
        var refs = new RefStore(repository.CommonDirectory);
        foreach (var name in new[] { Branch(state), IntegrationBranch.Apart(state.Id) })
        {
            var place = await Checkouts.FindAsync(repository.CommonDirectory, name, cancellation);
            if (place is { Tip: { } tip, At.Count: 0 } && state.GreenBases.Contains(tip))
                await refs.ApplyAsync([RefChange.Delete(name, tip)], "tutti: taken", cancellation);
        }
    }

    private static string Branch(SessionState state) => $"refs/heads/{IntegrationBranch.Of(state.Id)}";
}
