using Tutti.Core;
using Tutti.Core.Plan;
using Tutti.Core.Scheduling;
using Tutti.Core.Session;
using Tutti.Engine.Agents;
using Tutti.Engine.Processes;
using Tutti.Engine.Processes.Sandbox;

namespace Tutti.Engine.Conductor;

/// <summary>An attempt with all it needs to know.</summary>
internal sealed record AttemptPlan(SessionState State, TaskState Task, AttemptState Attempt, AttemptFolder Folder)
{
    public string Nonce => Core.Session.Nonce.For(State.Seed, Task.Id, Attempt.Number);
}

/// <summary>The tree an attempt works on.</summary>
internal sealed record AttemptTree(string Path, int PortBase);

/// <summary>How an attempt is called, how its stream is read, and what its end means: an agent in a role, or the verify commands.</summary>
internal sealed record AttemptJob(Func<AttemptCommand> Prepare, Func<AgentReading?> Open, Func<AttemptExit, AttemptOutcome, AgentReading?, AttemptIsOver> Conclude)
{
    public static AttemptJob OfCommands(SessionContext context, AttemptPlan plan, AttemptTree tree)
    {
        var (state, task, attempt, folder) = plan;
        // Whoever is merged in the commit has a say about it, but only once where several say the same.
        IReadOnlyList<string> commands = attempt.Place == Place.Base
            ? state.Verify
            : [.. state.Verify, .. (attempt.Along ?? []).Append(task.Id).SelectMany(id => state.Tasks[id].Spec.Verify).Distinct(StringComparer.Ordinal)];
        var request = AttemptOrder.Of(context, plan, tree, new AgentChoice(AttemptState.Commands), "");
        return new AttemptJob(
            () => CommandList.Prepare(folder, commands, tree.Path, AgentEnvironment.Of(request)),
            () => null,
            (exit, outcome, _) =>
            {
                var (failure, failed) = CommandList.Conclude(folder, commands, exit);
                return new AttemptIsOver(task.Id, attempt.Number, outcome, exit.Code, null, failure, null, failed);
            });
    }

    public static async Task<AttemptJob> OfAgentAsync(SessionContext context, AttemptPlan plan, AttemptTree tree, ConflictBrief? conflict, CancellationToken cancellation)
    {
        var (state, task, attempt, _) = plan;
        var choice = Holds.ChoiceOf(state, task, attempt);
        var agent = AgentCatalog.For(attempt.Agent, state.Settings.Agents.GetValueOrDefault(attempt.Agent));
        var request = AttemptOrder.OfAgent(context, plan, tree, choice, agent.Traits, conflict);
        if (agent.Traits.NeedsIdentity && await context.Control.IdentityAsync(cancellation) is var user)
            request = request with { Identity = new GitIdentity(user.AuthorName, user.AuthorEmail) };
        var sandbox = AttemptSandbox.SettingsOf(state.Settings, choice);
        request = request with { Sandboxed = sandbox.Kind != SandboxKind.None };
        return new AttemptJob(
            () => AttemptSandbox.Wrap(context, plan, tree, sandbox, agent.Prepare(request)),
            () => agent.Open(request),
            (exit, outcome, reading) => Over(plan, exit, outcome, Kept(request, exit, agent.Conclude(request, exit, reading))));
    }

    // A sandbox that could not be built is no failure of the agent's.
    private static AttemptConclusion Kept(AttemptRequest request, AttemptExit exit, AttemptConclusion said) =>
        request.Sandboxed && Bubblewrap.Broken(request.Folder, exit) is { } broken ? said with { Error = broken } : said;

    private static AttemptIsOver Over(AttemptPlan plan, AttemptExit exit, AttemptOutcome outcome, AttemptConclusion said) =>
        new(plan.Task.Id, plan.Attempt.Number, Judged(outcome, said), exit.Code, said.Result, OfItself(outcome, said.Error), said.Usage)
        {
            Notes =
            [
                .. said.Refusals.Select(refusal => $"attempt {plan.Attempt.Number} was refused {refusal}"),
                .. AfterItsEnd(exit) is { } after && said.Error is null ? (string[])[$"attempt {plan.Attempt.Number} had come to its end, {after}"] : [],
                .. Budgets.Blind(plan.State, plan.Task, plan.Attempt.Agent, said.Usage) is { } blind ? (string[])[$"attempt {plan.Attempt.Number}: {blind}"] : [],
            ],
            ResetsAt = said.ResetsAt,
            Refused = said.Refusals.Count > 0 ? said.Refusals[0] : null,
            LastWords = LastWords(said),
        };

    // What a program did after its stream's end, where it was not to exit with code 0.
    private static string? AfterItsEnd(AttemptExit exit) => exit.Cause switch
    {
        ExitCause.Stalled or ExitCause.TimedOut => "did not exit, and was ended",
        ExitCause.Exited when !exit.Succeeded => $"and its program {ExitFailure.Ended(exit)} then",
        _ => null,
    };

    // One that came to its end by itself, with its result, just before it was to be ended for its context or the budget has succeeded; so has
    // one that had come to its end, however its program exited then.
    private static AttemptOutcome Judged(AttemptOutcome outcome, AttemptConclusion said) => outcome switch
    {
        AttemptOutcome.Succeeded when said.Error is not null => AttemptOutcome.Failed,
        AttemptOutcome.HandedOver or AttemptOutcome.OverBudget when said is { Error: null, Result: not null } => AttemptOutcome.Succeeded,
        AttemptOutcome.Failed or AttemptOutcome.Stalled or AttemptOutcome.TimedOut or AttemptOutcome.Lost when said.Error is null => AttemptOutcome.Succeeded,
        _ => outcome,
    };

    // What Tutti has ended did not fail by itself, however its program took that: only what it had told of its provider or its setting up stays.
    private static Failure? OfItself(AttemptOutcome outcome, Failure? error) =>
        outcome is AttemptOutcome.Cancelled or AttemptOutcome.Interrupted or AttemptOutcome.OverBudget or AttemptOutcome.HandedOver
        && error is not null && AgentPolicy.Of(error.Code) is AgentRemedy.Retry or AgentRemedy.GoOn ? null : error;

    private static string? LastWords(AttemptConclusion said)
    {
        const int longest = 2_000;
        return said.Tail.Length == 0 ? null : said.Tail.Length > longest ? said.Tail[^longest..] : said.Tail;
    }
}
