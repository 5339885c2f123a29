using Tutti.Core.Plan;
using Tutti.Core.Session;
using Tutti.Core.Views;
using Tutti.Engine.Agents;
using Tutti.Engine.Processes;

namespace Tutti.Commands;

/// <summary>The reading of an attempt's stream, for whoever only looks.</summary>
internal static class AttemptReading
{
    /// <summary>A new reading; null for commands, and for an agent that has no stream.</summary>
    public static AgentReading? Open(SessionState state, TaskState task, AttemptState attempt, AttemptFolder files)
    {
        if (!attempt.IsAgent)
            return null;
        var entry = state.Settings.Agents.GetValueOrDefault(attempt.Agent);
        return AgentCatalog.For(attempt.Agent, entry).Open(new AttemptRequest(
            state.Id, task.Id, Words.Of(attempt.Stage), attempt.Number, "", "", state.Base, 0, new AgentChoice(attempt.Agent, attempt.Model), entry, "", null, files, ""));
    }
}
