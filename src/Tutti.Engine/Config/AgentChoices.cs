using Tutti.Core.Plan;
using Tutti.Engine.Documents;

namespace Tutti.Engine.Config;

/// <summary>Reads who does a role: an agent's name, or a map of agent, model and run. The same in plans and in settings.</summary>
public static class AgentChoices
{
    private static readonly Schema<AgentChoice> Choice = new(
        new Key<AgentChoice>("agent", (choice, node) => choice with { Agent = node.Word() }),
        new Key<AgentChoice>("model", (choice, node) => choice with { Model = node.Word() }),
        new Key<AgentChoice>("run", (choice, node) => choice with { Run = node.Filled() }));

    private static readonly Schema<Dictionary<Role, AgentChoice>> Roles = new(
        [.. Enum.GetValues<Role>().Select(role => Documents.Key.Many<Dictionary<Role, AgentChoice>>(Names.Of(role), (roles, node) => With(roles, role, Read(node))))]);

    /// <summary><c>claude</c>, or <c>{agent: claude, model: sonnet}</c>.</summary>
    public static AgentChoice Read(Node node)
    {
        if (node is Scalar)
            return new AgentChoice(node.Word());
        var choice = Choice.Read(node, new AgentChoice());
        return choice != new AgentChoice() ? choice : throw DocumentFailure.WrongType(node, "an agent's name, or a map that says agent, model or run");
    }

    /// <summary>A map of roles; each one replaces what was said for it before, see <see cref="Over"/>.</summary>
    public static IReadOnlyDictionary<Role, AgentChoice> ReadRoles(Node node, IReadOnlyDictionary<Role, AgentChoice> before) =>
        Roles.Read(node, new Dictionary<Role, AgentChoice>(before));

    /// <summary>
    /// What a later choice makes of an earlier one: naming an agent starts afresh (another agent's model would be wrong for it);
    /// without an agent, only what is said changes.
    /// </summary>
    public static AgentChoice Over(AgentChoice later, AgentChoice? earlier) =>
        later.Agent is not null || earlier is null ? later : earlier with { Model = later.Model ?? earlier.Model, Run = later.Run ?? earlier.Run };

    private static Dictionary<Role, AgentChoice> With(Dictionary<Role, AgentChoice> roles, Role role, AgentChoice choice) =>
        new(roles) { [role] = Over(choice, roles.GetValueOrDefault(role)) };
}
