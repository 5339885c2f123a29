using System.Text.Json.Serialization;
using Tutti.Core;
using Tutti.Core.Landing;
using Tutti.Core.Session;
using Tutti.Core.Views;
using Tutti.Engine.Conductor;

namespace Tutti.Commands;

/// <summary><c>tutti merge automatic --dry-run</c>: the landing, played without a trace.</summary>
internal static class MergeRehearsal
{
    /// <summary>Shows it.</summary>
    /// <returns>0 where all would land, 4 where a person must act first.</returns>
    public static async Task<int> ShowAsync(MergeWork work, IReadOnlyList<string> named, bool json, CancellationToken cancellation)
    {
        var tasks = work.ToLand(named);
        work.RequireAtRest();
        await using var control = await work.Here.ControlAsync(cancellation);
        var context = new SessionContext(
            work.Here.Place.Repository, work.Folder, work.Here.Pool, control, TimeProvider.System, _ => throw new InvalidOperationException("nobody conducts a rehearsal"));
        var landing = await new LandingRehearsal(context).RunAsync(work.State, tasks, cancellation);
        var answer = Answer(work.State, landing);
        if (json)
            await Answers.JsonAsync(answer, RehearsalJson.Default.MergeRehearsalAnswer);
        else
            await ShowAsync(work, answer);
        return landing.IsWhole ? ExitCodes.AllDone : ExitCodes.PersonMustAct;
    }

    private static MergeRehearsalAnswer Answer(SessionState state, RehearsedLanding landing) => new(
        1,
        state.Id,
        state.Target,
        landing.Target,
        landing.Target != state.Landing.Target,
        Answers.Word(state.Settings.MergeStyle),
        landing.IsWhole,
        [.. landing.Tasks.Select(t => Answer(state.Tasks[t.Task], t))],
        landing.Verify,
        new RehearsedMoveAnswer(landing.Move.Refusal is null, landing.Move.CheckedOut, landing.Move.LocalChanges, landing.Move.Refusal?.Code, landing.Move.Refusal?.Message, landing.Move.Refusal?.Hint));

    private static RehearsedTaskAnswer Answer(TaskState task, RehearsedTask rehearsed) => new(
        task.Id,
        task.Spec.Title,
        task.Branch!,
        task.IsIntegrated,
        rehearsed switch
        {
            { Already: true } => "already-in",
            { Lands: true } => "lands",
            { Onto: not null } => "conflict",
            _ => "stays",
        },
        rehearsed.Conflicts,
        rehearsed.Failure?.Message);

    private static async Task ShowAsync(MergeWork work, MergeRehearsalAnswer answer)
    {
        if (answer.Tasks.Count == 0)
        {
            await Answers.LineAsync(work.Nothing);
            return;
        }

        await Answers.LineAsync($"Onto {answer.Target} at {Words.Commit(answer.TargetCommit)}{(answer.TargetMoved ? ", which has moved since, so all is merged and verified anew" : "")}, merge_style {answer.Style}:");
        foreach (var (task, n) in answer.Tasks.Select((task, i) => (task, i + 1)))
        {
            var how = task.Outcome switch
            {
                "lands" => task.Integrated ? "lands, from the integration branch" : "lands",
                "already-in" => "is there already, by content",
                "conflict" => $"conflicts in {string.Join(", ", task.Conflicts)}",
                _ => $"stays: {task.Why}",
            };
            await Answers.LineAsync($"  {n}. {task.Id}: {task.Title} ({task.Branch}): {how}");
        }

        await Answers.LineAsync(answer.Verify.Count == 0 ? "Nothing to verify." : "Verified as merged by:");
        foreach (var command in answer.Verify)
            await Answers.LineAsync($"  {command}");
        var move = answer.Move;
        if (!move.Possible)
            await Answers.LineAsync($"{answer.Target} could not move now: {move.Message}{(move.Hint is { } hint ? $" ({hint})" : "")}; the work would wait on {IntegrationBranch.Of(answer.Session)}");
        else if (move.CheckedOut is { } path)
            await Answers.LineAsync($"{answer.Target} could move, with its checkout in {path}{(move.LocalChanges > 0 ? $", whose {Words.Count(move.LocalChanges, "local change")} would stay" : "")}");
        else
            await Answers.LineAsync($"{answer.Target} could move; it is checked out nowhere");
    }
}

/// <summary>All of <c>tutti merge automatic --dry-run --json</c>.</summary>
/// <param name="TargetMoved">Somebody moved the target since the session last saw it.</param>
/// <param name="Style">merge, squash or rebase.</param>
/// <param name="WouldLand">All of it would, if the commands pass.</param>
/// <param name="Tasks">In the order in which they would land; then those that would not.</param>
/// <param name="Verify">The commands that would run on the merged work.</param>
internal sealed record MergeRehearsalAnswer(
    int Version,
    string Session,
    string Target,
    string TargetCommit,
    bool TargetMoved,
    string Style,
    bool WouldLand,
    IReadOnlyList<RehearsedTaskAnswer> Tasks,
    IReadOnlyList<string> Verify,
    RehearsedMoveAnswer Move);

/// <summary>One task.</summary>
/// <param name="Outcome">lands, already-in, conflict or stays.</param>
internal sealed record RehearsedTaskAnswer(string Id, string Title, string Branch, bool Integrated, string Outcome, IReadOnlyList<string> Conflicts, string? Why);

/// <summary>Whether the target could be moved now.</summary>
/// <param name="CheckedOut">The checkout that moves with it.</param>
/// <param name="LocalChanges">Paths with uncommitted changes there.</param>
/// <param name="Code">Why not, as a stable code.</param>
internal sealed record RehearsedMoveAnswer(bool Possible, string? CheckedOut, int LocalChanges, string? Code, string? Message, string? Hint);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(MergeRehearsalAnswer))]
internal sealed partial class RehearsalJson : JsonSerializerContext;
