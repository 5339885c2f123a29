namespace Tutti.Core.Plan;

/// <summary>Whose quota an agent's work draws on: what one refusal says of every other start.</summary>
public static class Provider
{
    /// <summary>The entry's own word; else the part of the model before <c>/</c> (<c>anthropic/claude-…</c>); else the agent's kind.</summary>
    /// <param name="choice">Who does the work, with which model.</param>
    /// <param name="entry">The agent's entry of the configuration, if it has one.</param>
    public static string Of(AgentChoice choice, AgentEntry? entry)
    {
        var model = choice.Model ?? entry?.Model ?? "";
        var slash = model.IndexOf('/');
        return entry?.Provider ?? (slash > 0 ? model[..slash] : entry?.Kind ?? choice.Agent ?? AgentChoice.Shell);
    }
}
