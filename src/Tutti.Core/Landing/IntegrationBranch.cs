namespace Tutti.Core.Landing;

/// <summary>The branch on which work gathers for a person while the target stays where it is.</summary>
public static class IntegrationBranch
{
    /// <summary>Its short name.</summary>
    public static string Of(string session) => $"tutti/{session}";
}
