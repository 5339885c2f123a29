using Tutti.Core;
using Tutti.Core.Scheduling;
using Tutti.Core.Session;
using Tutti.Core.Views;
using Tutti.Engine.Agents.Planning;
using Tutti.Engine.Git;
using Tutti.Terminal;

namespace Tutti.Commands;

/// <summary>Has an agent make a plan of a request, and says who made it; where no agent does, the request stays split as it is.</summary>
internal static class Planning
{
    /// <summary>Asks the agent of the role <c>plan</c>, and waits for it.</summary>
    /// <param name="place">Where.</param>
    /// <param name="settings">Who is asked, within which limits.</param>
    /// <param name="commit">What the agent looks at.</param>
    /// <param name="split">The request, as it was split without an agent.</param>
    /// <param name="cancellation">Ends the agent; so does Ctrl-C.</param>
    /// <exception cref="OperationCanceledException">Interrupted.</exception>
    public static async Task<ChosenPlan> AskAsync(Workplace place, Settings settings, string commit, ChosenPlan split, CancellationToken cancellation)
    {
        if (PlannerChoice.Of(settings) is not PlannerChoice.Asked by)
            return WithoutAgent(settings, split);
        var order = new PlannerOrder(place.Repository, Pools.Of(place, settings, spare: 1).Pool, settings, by, split.Request!, commit);
        var outcome = await AskAsync(order, cancellation);
        var cost = $"{Amounts.Duration(outcome.Took)}{Cost(outcome.Usage)}";
        var notes = Budgets.Blind(settings.Budget.Usd, by.Name, outcome.Usage) is { } blind ? [.. outcome.Notes, blind] : outcome.Notes;
        split = split with { Planning = outcome.Usage };
        return outcome.Plan is { } plan
            ? split with { Plan = plan, Notes = [.. split.Notes, $"planned by {by.Name} in {cost}{(outcome.Asked > 1 ? ", its first answer put right by itself" : "")}", .. notes] }
            : split with { Notes = [.. split.Notes, $"split without an agent, because {by.Name} gave no plan ({cost}): {Why(outcome.Failure!)}; what it printed is in {outcome.Folder}", .. notes] };
    }

    /// <summary>What a run would do that is not a dry one: asking costs money, so a dry run does not.</summary>
    public static ChosenPlan Foretell(Settings settings, ChosenPlan split) => PlannerChoice.Of(settings) is PlannerChoice.Asked by
        ? split with { Notes = [.. split.Notes, $"split without an agent; a run that is not dry asks {by.Name} for the plan"] }
        : WithoutAgent(settings, split);

    /// <summary>The commit a session would start from; null where there is none yet, or no such branch.</summary>
    public static async Task<string?> CommitAsync(Workplace place, Settings settings, CancellationToken cancellation)
    {
        var name = settings.Target is { } target ? $"refs/heads/{target}" : "HEAD";
        var found = await GitCommand.TryAsync(place.Repository.Folder, ["rev-parse", "--verify", "-q", GitCommand.EndOfOptions, name + "^{commit}"], cancellation: cancellation);
        return found.ExitCode == 0 ? found.Text : null;
    }

    /// <summary>The same plan, with the reason why no agent was asked.</summary>
    public static ChosenPlan WithoutAgent(ChosenPlan split, string why) => split with { Notes = [.. split.Notes, $"split without an agent: {why}"] };

    // What a person can mend is said with how. Of a task, Tutti would try the rest again by itself; here, whoever asks again does.
    private static string Why(Failure failure) =>
        failure.Hint is { } hint && (failure.Code == "plan_invalid" || AgentPolicy.Of(failure.Code) is AgentRemedy.Person or AgentRemedy.PersonForAll) ? $"{failure.Message} ({hint})" : failure.Message;

    private static ChosenPlan WithoutAgent(Settings settings, ChosenPlan split) =>
        PlannerChoice.Of(settings) is PlannerChoice.Nobody nobody ? WithoutAgent(split, nobody.Why) : split;

    private static async Task<PlannerOutcome> AskAsync(PlannerOrder order, CancellationToken cancellation)
    {
        using var interrupts = new Interrupts(cancellation);
        using var line = new PlannerLine(Console.Error, TerminalFacts.OfStderr(), order.By.Name);
        return await Planner.AskAsync(order with { Hurry = interrupts.Hurry }, TimeProvider.System, line, interrupts.Token);
    }

    private static string Cost(Usage? usage) => usage switch
    {
        null => "",
        { Usd: not null } => $", {(usage.Estimated ? "about " : "")}{Amounts.Usd(usage.Usd)}",
        _ => $", {Amounts.Tokens(usage.Input + usage.Output)} tokens",
    };
}
