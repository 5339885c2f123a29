using Tutti.Core;
using Tutti.Core.Plan;

namespace Tutti.Engine.Agents;

/// <summary>Whether the agents a plan wants are there, before anything is started.</summary>
public static class AgentAvailability
{
    private static readonly Role[] Roles = [Role.Develop, Role.Review, Role.Correct, Role.Qa, Role.E2e, Role.Finalize, Role.Resolve];

    /// <summary>The agent to take where nothing says which: the first one installed that can be asked for anything.</summary>
    public static string? Default(Settings settings) =>
        settings.Agents.Keys.Concat(AgentCatalog.All.Select(a => a.Kind))
            .Distinct(StringComparer.Ordinal)
            .FirstOrDefault(name => IsGeneral(name, settings) && AgentCatalog.For(name, settings.Agents.GetValueOrDefault(name)).Find(settings.Agents.GetValueOrDefault(name)).Found);

    /// <summary>Makes sure that every role of every task has somebody to do it.</summary>
    /// <exception cref="FailureException"><c>no_agent</c>, <c>agent_missing</c>, <c>agent_unknown</c> or <c>shell_without_run</c>.</exception>
    public static void Require(PlanSpec plan, Settings settings)
    {
        var seen = new HashSet<AgentChoice>();
        foreach (var task in plan.Tasks)
        {
            if (Crew.For(plan, settings, task, Role.Develop) is null)
                throw new FailureException(Undeveloped(task));
            foreach (var role in Roles)
            {
                if (Crew.For(plan, settings, task, role) is { } choice && seen.Add(choice))
                    Require(task, role, choice, settings);
            }
        }
    }

    private static void Require(TaskSpec task, Role role, AgentChoice choice, Settings settings)
    {
        var name = choice.Agent!;
        var entry = settings.Agents.GetValueOrDefault(name);
        var agent = AgentCatalog.For(name, entry);
        if (agent.Kind == AgentChoice.Shell && choice.Run is null && entry?.Command is null)
            throw new FailureException(role == Role.Develop && !IsNamed(task, settings) ? NoAgent(task) : WithoutRun(task, role));
        if (agent.Find(entry) is { Found: false } missing)
            throw FailureException.Environment("agent_missing", $"the agent '{name}' is not installed", missing.Hint);
    }

    private static bool IsGeneral(string name, Settings settings) =>
        (settings.Agents.GetValueOrDefault(name)?.Kind ?? name) != AgentChoice.Shell;

    private static bool IsNamed(TaskSpec task, Settings settings) =>
        settings.Agent is not null || task.Agents.ContainsKey(Role.Develop) || settings.Roles.ContainsKey(Role.Develop);

    private static Failure NoAgent(TaskSpec task) => new(
        FailureCategory.Environment,
        "no_agent",
        $"no coding agent is installed for task {task.Id}",
        "install one, name one under 'roles:' in .tutti.yaml, or give the task a 'run:' command for the shell agent");

    private static Failure Undeveloped(TaskSpec task) => new(
        FailureCategory.Environment,
        "no_agent",
        $"nobody is to develop task {task.Id}: its role develop is '{AgentChoice.None}'",
        "name an agent for develop, in the task or under 'roles:'; the other roles are the ones that can be skipped");

    private static Failure WithoutRun(TaskSpec task, Role role) => new(
        FailureCategory.Input,
        "shell_without_run",
        $"task {task.Id}: the shell agent has nothing to run for {role.ToString().ToLowerInvariant()}",
        "add 'run: \"COMMAND\"' to the task or the role");
}
