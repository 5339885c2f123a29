using System.Globalization;
using Tutti.Core;
using Tutti.Engine.Processes;

namespace Tutti.Engine.Agents;

/// <summary>The environment of everything that runs for an attempt: agents, verify and setup commands (SPEC 6).</summary>
public static class AgentEnvironment
{
    /// <summary>
    /// The named set of the user's variables, then the entry's own, then the marks of the attempt. Never <c>GIT_*</c>, not
    /// even from the entry: a <c>GIT_DIR</c> would send every git call of the agent into another repository (PITFALLS P4).
    /// </summary>
    /// <param name="request">The attempt.</param>
    /// <param name="prefixes">Further variables of the user that this kind of agent documents, for example <c>ANTHROPIC_</c>.</param>
    public static Dictionary<string, string> Of(AttemptRequest request, params ReadOnlySpan<string> prefixes)
    {
        var environment = Of(request.Entry, prefixes);
        AttemptMarks.Put(environment, request.Folder, request.Session, request.Task, request.Stage, request.Number, request.Nonce);
        environment["TUTTI_PORT_BASE"] = request.PortBase.ToString(CultureInfo.InvariantCulture);
        environment["TUTTI_BASE"] = request.Base;

        // A PWD left over from the user's shell would name the user's checkout (PITFALLS P4).
        environment["PWD"] = request.Slot;
        return environment;
    }

    /// <summary>The same without an attempt: what an agent's program would see of the user's variables.</summary>
    /// <param name="entry">The agent's entry.</param>
    /// <param name="prefixes">As above.</param>
    public static Dictionary<string, string> Of(AgentEntry? entry, params ReadOnlySpan<string> prefixes)
    {
        var environment = HostEnvironment.Base(prefixes);
        foreach (var (name, value) in entry?.Env ?? new Dictionary<string, string>())
        {
            if (!name.StartsWith("GIT_", StringComparison.Ordinal))
                environment[name] = value;
        }

        return environment;
    }
}
