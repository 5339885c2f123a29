using Tutti.Core.Session;

namespace Tutti.Core.Landing;

/// <summary>The branch on which work gathers for a person while the target stays where it is.</summary>
public static class IntegrationBranch
{
    /// <summary>Its short name.</summary>
    public static string Of(string session) => $"tutti/{session}";

    /// <summary>What a person is told to give git: the branch, or the ref apart from the branches where these are left as they are.</summary>
    public static string Of(SessionState state) => state.Settings.Land == LandMode.Manual ? $"refs/tutti/{state.Id}/integration" : Of(state.Id);
}
