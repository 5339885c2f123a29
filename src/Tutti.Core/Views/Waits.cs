using Tutti.Core.Landing;
using Tutti.Core.Plan;
using Tutti.Core.Scheduling;
using Tutti.Core.Session;

namespace Tutti.Core.Views;

/// <summary>What a task waits for, and who works on it.</summary>
internal static class Waits
{
    /// <summary>Dependencies that have not landed.</summary>
    public static IReadOnlyList<string> For(SessionState state, TaskState task) =>
        task.Phase == TaskPhase.Pending && task.Unmet > 0 ? [.. Dependencies(task).Where(id => !HasLanded(state.Tasks[id]))] : [];

    /// <summary>Dependencies that will not land unless a person does something.</summary>
    public static IReadOnlyList<string> Blockers(SessionState state, TaskState task) => task.Phase == TaskPhase.Blocked
        ? [.. Dependencies(task).Where(id => state.Tasks[id] is { IsSettled: true, Phase: not TaskPhase.Done })]
        : [];

    /// <summary>The agent that works on a task, did so last, or will.</summary>
    public static string? Agent(SessionState state, TaskState task) =>
        (task.Live ?? task.Attempts.LastOrDefault(a => a.Agent != AttemptState.Commands))?.Agent ?? Crew.For(state.Plan, state.Settings, task.Spec, Role.Develop)?.Agent;

    /// <summary>Why nothing happens with a task that is not at its end; null when something does.</summary>
    public static string? Why(SessionState state, TaskState task, DateTimeOffset now) => task switch
    {
        { IsSettled: true } => null,
        { Held: true } => "paused by a person",
        { Phase: TaskPhase.Pending, Unmet: > 0 } => $"waits for {string.Join(", ", For(state, task))}",
        { Phase: TaskPhase.Pending } => WhyNotStarted(state, task),
        { Step: Step.Due } when Held(state, task, Crew.RoleOf(task.Stage)) is { } hold => hold,
        { Step: Step.Due, NotBefore: { } time } when time > now => $"tried again in {Amounts.Duration(time - now)}",
        { Step: Step.Due } when Landing.Forecasts.WaitsFor(state, task) is { } collision => $"waits until {collision.Other(task.Id)} has landed: both change {Landing.Forecasts.Where(collision)}",
        { Step: Step.Due, Phase: TaskPhase.Running } when state.Status == SessionStatus.Active && !Starts.HasItsPlace(state) => AllBusy(state),
        { IsIntegrated: true } => $"on the integration branch {IntegrationBranch.Of(state)}",
        { Phase: TaskPhase.Landing, Step: Step.None, NotBefore: { } time } when time > now => $"its conflict is tried again in {Amounts.Duration(time - now)}",
        { Phase: TaskPhase.Landing, Step: Step.None } => WhyNotLanded(state, task.Id),
        _ => null,
    };

    private static string? WhyNotLanded(SessionState state, string id)
    {
        var landing = state.Landing;
        if (landing.Checks.Find(check => check.Tasks.Contains(id)) is { } check)
            return $"verified together with {check.Owner}";
        if (landing.Suspects.Find(group => group.Contains(id)) is { } group)
            return group.Count == 1 ? "was red as merged; tested once more" : $"tested apart: it or one of {string.Join(", ", group.Remove(id).Take(3))}{(group.Count > 4 ? " …" : "")} made the merge red";
        var place = landing.Train.IndexOf(id) is >= 0 and var seat ? seat : landing.Queue.IndexOf(id) is >= 0 and var waiting ? landing.Train.Count + waiting : -1;
        return place < 0 ? null : $"number {place + 1} in the landing queue";
    }

    private static string? WhyNotStarted(SessionState state, TaskState task)
    {
        if (state.EndedAt is not null || state.Ending is not null)
            return "the session has ended";
        if (state.Status == SessionStatus.Paused)
            return "the session is paused";
        if (state.Gate is { } gate)
            return gate;
        if (state.Running.Count >= state.MaxAgents)
            return AllBusy(state);
        if (Held(state, task, Role.Develop) is { } hold)
            return hold;
        if (!Groups.IsOpen(state, task.Id))
            return $"group {state.Index.Level(task.Id) + 1} starts when all before it have landed";
        var claim = state.Index.Claim(task.Id);
        return claim.IsEmpty || state.Claiming.FirstOrDefault(id => state.Index.Claim(id).Overlaps(claim)) is not { } holder
            ? null
            : $"{holder} works on the same files";
    }

    private static string AllBusy(SessionState state) => state.MaxAgents == 1 ? "the one agent is busy" : $"all {state.MaxAgents} agents are busy";

    private static string? Held(SessionState state, TaskState task, Role role) =>
        Crew.For(state.Plan, state.Settings, task.Spec, role) is { } choice && Holds.For(state, choice) is { } why
            ? $"{choice.Agent} may not start{(state.Holds.Values.FirstOrDefault(h => h.Why == why) is { } hold ? HoldView.Ending(hold) : "")}: {why.Message}"
            : null;

    private static IEnumerable<string> Dependencies(TaskState task) => task.Spec.DependsOn.Distinct(StringComparer.Ordinal);

    private static bool HasLanded(TaskState task) => task.Phase == TaskPhase.Done || task.IsIntegrated;
}
