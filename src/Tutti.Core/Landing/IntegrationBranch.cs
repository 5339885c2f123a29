using Tutti.Core.Session;

namespace Tutti.Core.Landing;

/// <summary>The branch on which work gathers for a person while the target stays where it is.</summary>
public static class IntegrationBranch
{
    /// <summary>Its short name.</summary>
    public static string Of(string session) => $"tutti/{session}";

    /// <summary>The ref apart from the branches that is used where these are left as they are (<c>land: manual</c>).</summary>
    public static string Apart(string session) => $"refs/tutti/{session}/integration";

    /// <summary>What a person is told to give git: the branch, or the ref apart.</summary>
    public static string Of(SessionState state) => IsApart(state) ? Apart(state.Id) : Of(state.Id);

    /// <summary>True where work gathers on the ref apart.</summary>
    public static bool IsApart(SessionState state) => state.Settings.Land == LandMode.Manual;
}
