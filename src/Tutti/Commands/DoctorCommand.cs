using System.CommandLine;
using System.Text.Json.Serialization;
using Tutti.Core;
using Tutti.Engine.Agents;
using Tutti.Terminal;

namespace Tutti.Commands;

/// <summary><c>tutti doctor</c>: what is missing here, and how to mend it.</summary>
internal static class DoctorCommand
{
    public static Command Create()
    {
        var json = Answers.JsonOption();
        var command = new Command("doctor", "Look for what is missing or left over here, and say how to mend it; exit code 3 when a run would fail.") { json };
        command.SetAction(async (parsed, cancellation) =>
        {
            var found = await DoctorChecks.AllAsync(Workplace.Folder(), cancellation);
            var answer = new DoctorAnswer(1, found.Fit, [.. found.Findings.Select(FindingAnswer.Of)], [.. found.Agents.Select(AgentAnswer.Of)]);
            if (parsed.GetValue(json))
                await Answers.JsonAsync(answer, DoctorJson.Default.DoctorAnswer);
            else
                await ShowAsync(found.Findings, answer.Fit);
            return answer.Fit ? ExitCodes.AllDone : ExitCodes.Environment;
        });
        return command;
    }

    private static async Task ShowAsync(IReadOnlyList<Finding> found, bool fit)
    {
        var look = TerminalFacts.OfStdout().Look;
        foreach (var finding in found)
        {
            await Answers.LineAsync($"{Sign(finding.Weight, look)} {finding.Check}: {finding.Message}");
            if (finding.Hint is { } hint)
                await Answers.LineAsync($"  {look.Arrow} {hint}");
        }

        await Console.Error.WriteLineAsync(fit ? "Fit: a session can start here." : "Not fit yet: mend what is marked, then look again.");
    }

    private static string Sign(Weight weight, Look look) => weight switch
    {
        Weight.Good => look.Glyph(Core.Session.TaskPhase.Done),
        Weight.Odd => look.Glyph(Core.Session.TaskPhase.NeedsAttention),
        Weight.Bad => look.Glyph(Core.Session.TaskPhase.Failed),
        _ => throw new ArgumentOutOfRangeException(nameof(weight), weight, null),
    };
}

/// <summary>All of <c>tutti doctor --json</c>.</summary>
/// <param name="Fit">Nothing is bad: a session can start.</param>
/// <param name="Agents">Each kind of agent and each entry of the configuration, as it is here.</param>
internal sealed record DoctorAnswer(int Version, bool Fit, IReadOnlyList<FindingAnswer> Findings, IReadOnlyList<AgentAnswer> Agents);

/// <summary>One finding.</summary>
/// <param name="Check">git, identity, repository, disk, memory, configuration, agents, pool, sessions, leftovers or locks.</param>
/// <param name="Weight">good, odd (worth a look) or bad (a session cannot start).</param>
internal sealed record FindingAnswer(string Check, string Weight, string? Code, string Message, string? Hint)
{
    public static FindingAnswer Of(Finding finding) => new(finding.Check, Answers.Word(finding.Weight), finding.Code, finding.Message, finding.Hint);
}

/// <summary>One agent.</summary>
/// <param name="Name">As the configuration names it.</param>
/// <param name="Kind">Its adapter; null for an entry of a kind that there is not.</param>
/// <param name="Path">The program; null where it is missing.</param>
/// <param name="Version">What it says of itself; null where it says nothing, or was not asked.</param>
/// <param name="SignedIn">Null where nothing here says.</param>
/// <param name="How">By what it is signed in, or what was looked for.</param>
/// <param name="Problem">What is wrong with it; null where nothing is.</param>
/// <param name="Hint">How to get it, or to sign in.</param>
internal sealed record AgentAnswer(string Name, string? Kind, string? Path, string? Version, bool? SignedIn, string? How, string? Problem, string? Hint)
{
    public static AgentAnswer Of(AgentCondition agent) =>
        new(agent.Name, agent.Kind, agent.Path, agent.Version, agent.SignedIn?.Yes, agent.SignedIn?.How, agent.Problem?.Message, agent.Problem?.Hint);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(DoctorAnswer))]
internal sealed partial class DoctorJson : JsonSerializerContext;
