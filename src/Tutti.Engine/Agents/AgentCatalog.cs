using Tutti.Core;

namespace Tutti.Engine.Agents;

/// <summary>All kinds of agents. A new one is a file beside this one, and a line here.</summary>
public static class AgentCatalog
{
    public static IReadOnlyList<IAgent> All { get; } =
    [
        new ClaudeAgent(),
        new CodexAgent(),
        new OpenCodeAgent(),
        new GeminiAgent(),
        new AcpAgent(),
        new ShellAgent(),
    ];

    /// <summary>The agent of a name of the configuration: its entry's kind, or the name itself.</summary>
    /// <exception cref="FailureException">There is no such kind.</exception>
    public static IAgent For(string name, AgentEntry? entry)
    {
        var kind = entry?.Kind ?? name;
        return All.FirstOrDefault(agent => agent.Kind == kind)
            ?? throw FailureException.Input("agent_unknown", $"there is no agent of kind '{kind}'", Nearest.Hint(kind, [.. All.Select(agent => agent.Kind)]));
    }
}
