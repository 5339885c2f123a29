using Tutti.Core.Plan;
using Tutti.Engine.Documents;

namespace Tutti.Engine.Sources;

/// <summary>A plan as the nodes of a document, in the order of SPEC 6, without what equals its default.</summary>
internal static class PlanFileNodes
{
    // Compared against, never shown.
    private static readonly TaskSpec Defaults = new() { Id = "", Title = "" };

    public static Mapping Of(PlanSpec plan) => NodeOf.Map(
        ("version", NodeOf.Number(plan.Version)),
        ("target", NodeOf.Text(plan.Target)),
        ("setup", NodeOf.Texts(plan.Setup)),
        ("verify", NodeOf.Texts(plan.Verify)),
        ("copy", NodeOf.Texts(plan.Copy)),
        ("roles", plan.Roles.Count > 0 ? Roles(plan.Roles) : null),
        ("tasks", NodeOf.List(plan.Tasks.Select(Of))));

    private static Mapping Of(TaskSpec task) => NodeOf.Map(
        ("id", NodeOf.Text(task.Id)),
        ("title", NodeOf.Text(task.Title)),
        ("description", task.Description.Length > 0 ? NodeOf.Text(task.Description) : null),
        ("acceptance_criteria", NodeOf.Texts(task.AcceptanceCriteria)),
        ("depends_on", NodeOf.Texts(task.DependsOn)),
        ("priority", task.Priority != Defaults.Priority ? NodeOf.Text(Names.Of(task.Priority)) : null),
        ("complexity", task.Complexity != Defaults.Complexity ? NodeOf.Number(task.Complexity) : null),
        ("work_type", NodeOf.Text(task.WorkType)),
        ("milestone", NodeOf.Text(task.Milestone)),
        ("files", NodeOf.Texts(task.Files)),
        ("verify", NodeOf.Texts(task.Verify)),
        ("agent", task.Agents.Count > 0 ? Agent(task.Agents) : null),
        ("run", NodeOf.Text(task.Run)),
        ("timeout", Duration(task.Timeout)),
        ("estimate", Duration(task.Estimate)),
        ("budget", task.Budget is { } budget ? NodeOf.Map(("usd", Amount(budget.Usd)), ("tokens", budget.Tokens is { } tokens ? NodeOf.Number(tokens) : null)) : null),
        ("land", task.Land is { } land ? NodeOf.Text(Names.Of(land)) : null));

    // "agent: claude" where that says it all.
    private static Node Agent(IReadOnlyDictionary<Role, AgentChoice> agents) =>
        agents.Count == 2
        && agents.TryGetValue(Role.Develop, out var develop)
        && agents.TryGetValue(Role.Correct, out var correct)
        && develop == correct
        && develop is { Agent: not null, Model: null, Run: null }
            ? NodeOf.Text(develop.Agent)!
            : Roles(agents);

    private static Mapping Roles(IReadOnlyDictionary<Role, AgentChoice> roles) =>
        NodeOf.Map([.. roles.OrderBy(pair => pair.Key).Select(pair => (Names.Of(pair.Key), (Node?)Choice(pair.Value)))]);

    private static Node Choice(AgentChoice choice) =>
        choice is { Agent: { } agent, Model: null, Run: null }
            ? NodeOf.Text(agent)!
            : NodeOf.Map(("agent", NodeOf.Text(choice.Agent)), ("model", NodeOf.Text(choice.Model)), ("run", NodeOf.Text(choice.Run)));

    private static Scalar? Amount(decimal? value) => value is { } usd ? NodeOf.Text(usd.ToString(System.Globalization.CultureInfo.InvariantCulture)) : null;

    private static Scalar? Duration(TimeSpan? value) => value is { } time ? NodeOf.Text(Durations.Format(time)) : null;
}
