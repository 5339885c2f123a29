using Tutti.Core.Plan;
using Tutti.Core.Session;
using Tutti.Engine.Agents;
using Tutti.Engine.Processes;

namespace Tutti.Engine.Conductor;

/// <summary>An attempt with all it needs to know.</summary>
internal sealed record AttemptPlan(SessionState State, TaskState Task, AttemptState Attempt, AttemptFolder Folder)
{
    public string Nonce => Core.Session.Nonce.For(State.Seed, Task.Id, Attempt.Number);
}

/// <summary>The tree an attempt works on.</summary>
internal sealed record AttemptTree(string Path, int PortBase);

/// <summary>How an attempt is called and what its end means: an agent in a role, or the verify commands.</summary>
internal sealed record AttemptJob(Func<AttemptCommand> Prepare, Func<AttemptExit, AttemptOutcome, AttemptIsOver> Conclude)
{
    public static AttemptJob OfCommands(SessionContext context, AttemptPlan plan, AttemptTree tree)
    {
        var (state, task, attempt, folder) = plan;
        IReadOnlyList<string> commands = attempt.Place == Place.Base || attempt.Commit == state.Landing.Current?.Onto
            ? state.Verify
            : [.. state.Verify, .. task.Spec.Verify];
        var request = Request(context, plan, tree, new AgentChoice(AttemptState.Commands), "");
        return new AttemptJob(
            () => CommandList.Prepare(folder, commands, tree.Path, AgentEnvironment.Of(request)),
            (exit, outcome) =>
            {
                var (failure, failed) = CommandList.Conclude(folder, commands, exit);
                return new AttemptIsOver(task.Id, attempt.Number, outcome, exit.Code, null, failure, null, failed);
            });
    }

    public static AttemptJob OfAgent(SessionContext context, AttemptPlan plan, AttemptTree tree)
    {
        var (state, task, attempt, folder) = plan;
        var role = Crew.RoleOf(attempt.Stage);
        var choice = Crew.For(state.Plan, state.Settings, task.Spec, role) ?? new AgentChoice(attempt.Agent);
        var agent = AgentCatalog.For(attempt.Agent, state.Settings.Agents.GetValueOrDefault(attempt.Agent));
        var values = Values(plan, role, tree);
        var prompt = PromptTemplate.Of(role, context.Repository.MainWorktree ?? context.Repository.Top).Render(values);
        var request = Request(context, plan, tree, choice, prompt);
        return new AttemptJob(
            () => agent.Prepare(request),
            (exit, outcome) =>
            {
                var said = agent.Conclude(request, exit, null);
                var worked = outcome == AttemptOutcome.Succeeded && said.Error is not null ? AttemptOutcome.Failed : outcome;
                return new AttemptIsOver(task.Id, attempt.Number, worked, exit.Code, said.Result, said.Error, said.Usage);
            });
    }

    private static AttemptRequest Request(SessionContext context, AttemptPlan plan, AttemptTree tree, AgentChoice choice, string prompt)
    {
        var (state, task, attempt, folder) = plan;
        var entry = choice.Agent is { } name ? state.Settings.Agents.GetValueOrDefault(name) : null;
        return new AttemptRequest(
            state.Id, task.Id, AttemptEffects.Word(attempt.Stage), attempt.Number, plan.Nonce, tree.Path, task.Base ?? state.Base,
            tree.PortBase, choice, entry, prompt, choice.Run, folder, context.Top);
    }

    private static PromptValues Values(AttemptPlan plan, Role role, AttemptTree tree)
    {
        var (state, task, attempt, folder) = plan;
        return new PromptValues
        {
            Role = role,
            ResultPath = folder.Result,
            Nonce = plan.Nonce,
            Task = task.Spec,
            Verify = [.. state.Verify, .. task.Spec.Verify],
            Findings = role == Role.Correct ? task.Findings : [],
            Dependencies = [.. task.Spec.DependsOn.Select(id => state.Tasks[id]).Select(d => new DependencySummary(d.Id, d.Spec.Title, d.Summary ?? ""))],
            Review = state.Settings.Review,
            Coverage = state.Settings.Coverage,
            Base = task.Base ?? state.Base,
            Round = attempt.Round,
            PortBase = tree.PortBase,
        };
    }
}
