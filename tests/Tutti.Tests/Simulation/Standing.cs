using Tutti.Core.Session;

namespace Tutti.Tests.Simulation;

/// <summary>Where a session stands, in a few lines, for whoever looks for what is wrong with it.</summary>
public static class Standing
{
    /// <summary>The session, then a line for each task.</summary>
    public static string Of(SessionState state, IEnumerable<string> inFlight)
    {
        var landing = state.Landing;
        var groups = string.Join(';', landing.Suspects.Select(group => string.Join(',', group)));
        return $"""
            {state.Status} gate={state.Gate} ending={state.Ending} interrupted={state.Interrupted} agents={state.MaxAgents} holds={string.Join(',', state.Holds.Keys)} spent={state.Spent?.Code}
            queue={string.Join(',', landing.Queue)} train={string.Join(',', landing.Train)} suspects={groups} checks={string.Join(';', landing.Checks)} moving={landing.Moving} duties={string.Join(',', state.Duties)}
            in flight: {string.Join(' ', inFlight)}
            {string.Join('\n', state.Tasks.Values.OrderBy(t => t.Id, StringComparer.Ordinal).Select(Of))}
            """;
    }

    private static string Of(TaskState task) =>
        $"{task.Id} {task.Phase} {task.Step} {task.Stage} held={task.Held} unmet={task.Unmet} cleaned={task.CleanedAs} branch={task.Branch} deps={string.Join(',', task.Spec.DependsOn)}";
}
