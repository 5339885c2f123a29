using Tutti.Core.Session;
using Tutti.Core.Views;

namespace Tutti.Commands;

/// <summary>What was asked of a session, how one sees that it has come about, and how that is said.</summary>
/// <param name="Control">The request.</param>
/// <param name="Before">The session when it was made.</param>
internal sealed record ControlWish(Control Control, SessionState Before)
{
    private const int MostAgents = 200;

    /// <summary>The session is as it was asked to be, or can no longer be.</summary>
    public bool IsDone(SessionState state) => state.EndedAt is not null || (Control.Verb switch
    {
        ControlVerb.Pause when Whole => state.Status == SessionStatus.Paused,
        ControlVerb.Resume when Whole => state.Status == SessionStatus.Active,
        ControlVerb.Cancel when Whole => false,
        ControlVerb.Pause => Tasks(state).All(task => task.Held || task.IsSettled),
        ControlVerb.Resume => Tasks(state).All(task => !task.Held),
        ControlVerb.Cancel => Tasks(state).All(task => task.IsSettled || task.IsIntegrated),
        ControlVerb.ScaleUp or ControlVerb.ScaleDown => state.MaxAgents == Wanted,
        _ => throw new InvalidOperationException($"nobody asks for {Control.Verb} here"),
    });

    /// <summary>What has come of it, in one line or several.</summary>
    public string Said(SessionState state, bool already)
    {
        var still = already ? " already" : "";
        return Control.Verb switch
        {
            _ when state.EndedAt is not null => $"Session {state.Id} is at its end: {Words.Of(state.Status)}.{Kept(state)}",
            ControlVerb.Pause when Whole => $"Session {state.Id} is paused{still}: {Words.Count(state.Running.Count, "task")} still at work, nothing new starts. 'tutti control resume' goes on.",
            ControlVerb.Resume when Whole => $"Session {state.Id} goes on{still}.",
            ControlVerb.ScaleUp or ControlVerb.ScaleDown => $"Session {state.Id} may use {Words.Count(state.MaxAgents, "agent")} at once{(already ? " already, and no other number is possible" : "")}.",
            _ => string.Join('\n', Tasks(state).Select(task => $"Task {task.Id} {Outcome(task, still)}.")),
        };
    }

    private bool Whole => Control.Tasks.Count == 0;

    private int Wanted => Math.Clamp(Before.MaxAgents + (Control.Verb == ControlVerb.ScaleUp ? Control.Count : -Control.Count), 1, MostAgents);

    private IEnumerable<TaskState> Tasks(SessionState state) => Control.Tasks.Select(id => state.Tasks[id]);

    private string Outcome(TaskState task, string still) => (Control.Verb, task) switch
    {
        (ControlVerb.Resume, _) => $"goes on{still}",
        (ControlVerb.Pause, { Held: true }) => $"is paused{still}",
        (_, { Phase: TaskPhase.Cancelled }) => $"is cancelled{still}",
        (_, { IsIntegrated: true }) => "has landed on the integration branch; it is too late",
        _ => $"is {Words.Of(task.Phase)}; it is too late",
    };

    private static string Kept(SessionState state)
    {
        var kept = state.Tasks.Values.Count(task => task.Preserved is not null);
        return kept == 0 ? "" : $" The work of {Words.Count(kept, "task")} is kept; 'tutti report' says where.";
    }
}
