using Tutti.Core.Session;
using Tutti.Engine.Git;
using Tutti.Engine.Git.Landing;
using Tutti.Engine.Git.Work;

namespace Tutti.Engine.Conductor;

/// <summary>The refs on which work gathers while the target stays where it is.</summary>
public static class Integration
{
    /// <summary>Short name of the branch a person takes.</summary>
    public static string Branch(string session) => $"tutti/{session}";

    /// <summary>Removes them, once the target has it all; one that is checked out, or that a person has committed on, stays.</summary>
    public static async Task DropAsync(Repository repository, SessionState state, CancellationToken cancellation)
    {
        var refs = new RefStore(repository.CommonDirectory);
        foreach (var name in new[] { "refs/heads/" + Branch(state.Id), $"{AttemptRef.Of(state.Id)}integration" })
        {
            var place = await Checkouts.FindAsync(repository.CommonDirectory, name, cancellation);
            if (place is { Tip: { } tip, At.Count: 0 } && state.GreenBases.Contains(tip))
                await refs.ApplyAsync([RefChange.Delete(name, tip)], "tutti: taken", cancellation);
        }
    }
}
