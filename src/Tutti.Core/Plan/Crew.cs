using Tutti.Core.Session;

namespace Tutti.Core.Plan;

/// <summary>Who does a role for a task: the task's word, then the plan's, then the settings', then the default agent.</summary>
public static class Crew
{
    /// <summary>The agent of a role, or null where the role is skipped.</summary>
    /// <remarks>
    /// For a task whose developer is the shell, review, qa and e2e happen only where that role names an agent or a command
    /// (SPEC 6): nobody wants a script's result reviewed by the same script. Finalize and resolve happen only where named.
    /// </remarks>
    public static AgentChoice? For(PlanSpec plan, Settings settings, TaskSpec task, Role role) => role switch
    {
        Role.Develop => Develop(plan, settings, task),
        Role.Correct => Correct(plan, settings, task),
        Role.Review or Role.Qa => Named(plan, settings, task, role) ?? Unless(IsShell(Develop(plan, settings, task)), settings),
        _ => Named(plan, settings, task, role),
    } is { } choice && choice.Agent != AgentChoice.None
        ? choice
        : null;

    /// <summary>The role that does a stage. Verify and land are Tutti's own; they name the developer's for want of another.</summary>
    public static Role RoleOf(Stage stage) => stage switch
    {
        Stage.Develop or Stage.Verify or Stage.Land => Role.Develop,
        Stage.Review => Role.Review,
        Stage.Correct => Role.Correct,
        Stage.Qa => Role.Qa,
        Stage.E2e => Role.E2e,
        Stage.Finalize => Role.Finalize,
        Stage.Resolve => Role.Resolve,
        _ => throw new ArgumentOutOfRangeException(nameof(stage), stage, null),
    };

    /// <summary>True where somebody other than the developer's own script was named to correct: then a red verify is corrected instead of developed again.</summary>
    public static bool CanCorrect(PlanSpec plan, Settings settings, TaskSpec task) =>
        Named(plan, settings, task, Role.Correct) is { } named ? named.Agent != AgentChoice.None : !IsShell(Develop(plan, settings, task));

    private static AgentChoice Develop(PlanSpec plan, Settings settings, TaskSpec task)
    {
        var named = Named(plan, settings, task, Role.Develop) ?? new AgentChoice();
        var agent = named.Agent ?? (task.Run is null ? null : AgentChoice.Shell) ?? settings.Agent ?? AgentChoice.Shell;
        return named with { Agent = agent, Run = named.Run ?? task.Run };
    }

    private static AgentChoice Correct(PlanSpec plan, Settings settings, TaskSpec task)
    {
        var develop = Develop(plan, settings, task);
        return Named(plan, settings, task, Role.Correct) is { } named
            ? named with { Agent = named.Agent ?? develop.Agent, Run = named.Run ?? develop.Run }
            : develop;
    }

    private static AgentChoice? Unless(bool shell, Settings settings) =>
        shell || settings.Agent is null ? null : new AgentChoice(settings.Agent);

    private static AgentChoice? Named(PlanSpec plan, Settings settings, TaskSpec task, Role role)
    {
        var own = task.Agents.GetValueOrDefault(role);

        // `agent: shell` speaks of develop and correct at once, but a script that corrects must be named as one: without a
        // command of its own it leaves the word to the plan's and the settings' roles.
        if (role == Role.Correct && own is { Agent: AgentChoice.Shell, Run: null })
            own = null;
        var named = own ?? plan.Roles.GetValueOrDefault(role) ?? settings.Roles.GetValueOrDefault(role);
        return named is { Agent: null, Run: not null } ? named with { Agent = AgentChoice.Shell } : named;
    }

    private static bool IsShell(AgentChoice choice) => choice.Agent == AgentChoice.Shell;
}
