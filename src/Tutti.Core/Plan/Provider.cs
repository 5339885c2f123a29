namespace Tutti.Core.Plan;

/// <summary>Whose quota an agent's work draws on: what one refusal says of every other start.</summary>
public static class Provider
{
    // A protocol, which programs of any provider speak.
    private const string Acp = "acp";

    /// <summary>
    /// The entry's own word; else the part of the model before <c>/</c> (<c>anthropic/claude-…</c>); else the agent's kind, or its name where the
    /// kind is <c>acp</c>, which says nothing of a provider.
    /// </summary>
    /// <param name="choice">Who does the work, with which model.</param>
    /// <param name="entry">The agent's entry of the configuration, if it has one.</param>
    public static string Of(AgentChoice choice, AgentEntry? entry)
    {
        var model = choice.Model ?? entry?.Model ?? "";
        var slash = model.IndexOf('/');
        return entry?.Provider ?? (slash > 0 ? model[..slash] : Named(choice, entry));
    }

    private static string Named(AgentChoice choice, AgentEntry? entry) =>
        (entry?.Kind is null or Acp ? choice.Agent : entry.Kind) ?? entry?.Kind ?? AgentChoice.Shell;
}
