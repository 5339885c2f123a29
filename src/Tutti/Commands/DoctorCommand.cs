using System.CommandLine;
using System.Text.Json.Serialization;
using Tutti.Core;
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
            var found = await DoctorChecks.AllAsync(Directory.GetCurrentDirectory(), cancellation);
            var answer = new DoctorAnswer(1, found.TrueForAll(f => f.Weight != Weight.Bad), [.. found.Select(FindingAnswer.Of)]);
            if (parsed.GetValue(json))
                await Answers.JsonAsync(answer, DoctorJson.Default.DoctorAnswer);
            else
                await ShowAsync(found, answer.Fit);
            return answer.Fit ? ExitCodes.AllDone : ExitCodes.Environment;
        });
        return command;
    }

    private static async Task ShowAsync(List<Finding> found, bool fit)
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
internal sealed record DoctorAnswer(int Version, bool Fit, IReadOnlyList<FindingAnswer> Findings);

/// <summary>One finding.</summary>
/// <param name="Check">git, identity, repository, disk, memory, configuration, agents, pool, sessions, leftovers or locks.</param>
/// <param name="Weight">good, odd (worth a look) or bad (a session cannot start).</param>
internal sealed record FindingAnswer(string Check, string Weight, string? Code, string Message, string? Hint)
{
    public static FindingAnswer Of(Finding finding) => new(finding.Check, Answers.Word(finding.Weight), finding.Code, finding.Message, finding.Hint);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(DoctorAnswer))]
internal sealed partial class DoctorJson : JsonSerializerContext;
