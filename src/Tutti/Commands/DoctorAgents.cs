using Tutti.Core;
using Tutti.Core.Plan;
using Tutti.Core.Session;
using Tutti.Engine.Agents;

namespace Tutti.Commands;

/// <summary>What the doctor says of agents: those of the catalog, and those the configuration names.</summary>
internal static class DoctorAgents
{
    private const string Check = "agents";

    /// <summary>Looks at all of them at once; takes as long as the slowest says its version.</summary>
    public static async Task<IReadOnlyList<AgentCondition>> LookAsync(Settings settings, CancellationToken cancellation)
    {
        var names = AgentCatalog.All.Select(a => a.Kind).Concat(settings.Agents.Keys).Concat(Wanted(settings)).Distinct(StringComparer.Ordinal);
        return await Task.WhenAll(names.Select(name => AgentCondition.LookAsync(name, settings.Agents.GetValueOrDefault(name), cancellation)));
    }

    /// <summary>A finding for each: bad where one that is wanted is missing, odd where it is there and cannot work.</summary>
    public static IEnumerable<Finding> Findings(Settings settings, IReadOnlyList<AgentCondition> agents)
    {
        var wanted = Wanted(settings).ToHashSet(StringComparer.Ordinal);
        var first = settings.Agent ?? First(settings, agents);
        foreach (var agent in agents)
            yield return Of(agent, wanted.Contains(agent.Name), wanted.Contains(agent.Name) || agent.Name == first);
        if (settings.Roles.GetValueOrDefault(Role.Develop)?.Agent == AgentChoice.None)
            yield return new Finding(Check, Weight.Bad, "nobody is to develop: the role develop is 'none'; only tasks that name an agent of their own can be done", "name an agent for develop under 'roles:' in .tutti.yaml; the other roles are the ones that can be skipped", "no_agent");
        else if (first is null && !settings.Roles.ContainsKey(Role.Develop))
            yield return new Finding(Check, Weight.Bad, "no coding agent is installed; only tasks with a 'run:' of their own can be done", "install one, or name one under 'roles:' in .tutti.yaml", "no_agent");
    }

    private static Finding Of(AgentCondition agent, bool wanted, bool used) => agent.Problem switch
    {
        null => new Finding(Check, Weight.Good, $"{agent.Name}: {Found(agent)}{(agent is { SignedIn: { } signedIn, Kind: not AgentChoice.Shell } ? $"; {signedIn.How}" : "")}"),
        { Code: AgentFailure.NotSignedIn } problem when !used => new Finding(Check, Weight.Good, $"{agent.Name}: {Found(agent)}; not signed in: {agent.SignedIn!.How}", problem.Hint),
        { Code: AgentFailure.NotSignedIn } problem => new Finding(Check, Weight.Odd, $"{agent.Name}: {Found(agent)}; not signed in: {agent.SignedIn!.How}", problem.Hint, problem.Code),
        { Code: "agent_broken" } problem => Finding.Of(Check, Weight.Odd, problem),
        { Code: AgentFailure.NotInstalled } problem when wanted => Finding.Of(Check, Weight.Bad, problem with { Message = $"{agent.Name} is configured, but not installed" }),
        var problem => Finding.Of(Check, wanted ? Weight.Bad : Weight.Odd, problem),
    };

    // As a session would choose, which takes the configuration's own agents first.
    private static string? First(Settings settings, IReadOnlyList<AgentCondition> agents) =>
        agents.OrderByDescending(a => settings.Agents.ContainsKey(a.Name)).FirstOrDefault(a => a is { Path: not null, Kind: not AgentChoice.Shell })?.Name;

    private static string Found(AgentCondition agent) => agent.Version is { } version ? $"{agent.Path}, version {version}" : agent.Path!;

    // A role that has only a model or a command names nobody.
    private static IEnumerable<string> Wanted(Settings settings) =>
        settings.Roles.Values.Select(r => r.Agent).Append(settings.Agent).OfType<string>().Where(name => name != AgentChoice.None);
}
