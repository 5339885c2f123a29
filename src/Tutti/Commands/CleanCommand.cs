using System.CommandLine;
using System.Text.Json.Serialization;
using Tutti.Core;
using Tutti.Core.Session;
using Tutti.Core.Views;
using Tutti.Engine.Conductor;
using Tutti.Engine.Git.Cleanup;
using Tutti.Engine.Journal;

namespace Tutti.Commands;

/// <summary><c>tutti clean</c>: removes what ended sessions have left, and says what stays and why.</summary>
internal static class CleanCommand
{
    private static readonly string[] Kinds = ["success", "failed", "all"];

    public static Command Create()
    {
        var kind = new Argument<string>("success|failed|all") { Description = "Sessions that completed; those that failed, were cancelled or never began; all that are not conducted" };
        var session = new Argument<string?>("SESSION") { Description = "Only this one", Arity = ArgumentArity.ZeroOrOne };
        var dryRun = new Option<bool>("--dry-run") { Description = "Show what would go, touch nothing" };
        var force = new Option<bool>("--force") { Description = "Give up commits that are nowhere else, and sessions that could be resumed; uncommitted work stays all the same" };
        var json = Answers.JsonOption();
        var command = new Command("clean", "Remove what ended sessions have left: folders, refs, merged branches, slots.") { kind, session, dryRun, force, json };
        command.SetAction((parsed, cancellation) => RunAsync(
            new CleanOrder(Kind(parsed.GetRequiredValue(kind)), parsed.GetValue(session), parsed.GetValue(dryRun), parsed.GetValue(force)), parsed.GetValue(json), cancellation));
        return command;
    }

    private sealed record CleanOrder(string Kind, string? Session, bool DryRun, bool Force);

    private static string Kind(string word) =>
        Kinds.Contains(word) ? word : throw FailureException.Input("unknown_value", $"there is no '{word}' to clean", Nearest.Hint(word, Kinds));

    private static async Task<int> RunAsync(CleanOrder order, bool json, CancellationToken cancellation)
    {
        var here = Pools.Here();
        var cleaning = new SessionCleaning(here.Place.Repository, here.Pool, await here.ControlAsync(cancellation), TimeProvider.System);
        var answers = new List<CleanedAnswer>();
        foreach (var folder in order.Session is { } id ? [here.Place.Session(id)] : SessionFolder.All(here.Place.Repository.StateDirectory))
        {
            if (await CleanAsync(folder, cleaning, order, cancellation) is not { } answer)
                continue;
            answers.Add(answer);
            if (!json)
                await ShowAsync(answer, order.DryRun);
        }

        if (json)
            await Answers.JsonAsync(new CleanAnswer(1, order.DryRun, answers), CleanJson.Default.CleanAnswer);
        else if (answers.Count == 0)
            await Answers.LineAsync("There is no such session.");
        return ExitCodes.AllDone;
    }

    private static async Task<CleanedAnswer?> CleanAsync(SessionFolder folder, SessionCleaning cleaning, CleanOrder order, CancellationToken cancellation)
    {
        try
        {
            return await CleanOneAsync(folder, cleaning, order, cancellation);
        }
        catch (FailureException e) when (order.Session is null && e.Failure.Code == FailureCode.SessionUnknown)
        {
            // Another clean-up was faster.
            return null;
        }
        catch (FailureException e) when (order.Session is null && e.Failure.Code is "session_busy" or "session_live" or FailureCode.JournalDamaged)
        {
            // One that cannot be cleaned keeps no other from being cleaned.
            var hint = e.Failure.Code == FailureCode.JournalDamaged ? $"tutti clean all {folder.Id} --force" : e.Failure.Hint;
            return new CleanedAnswer(folder.Id, "unknown", false, [], 0, [], [], [new CleanKept("session", folder.Id, e.Failure.Message, hint)]);
        }
    }

    private static async Task<CleanedAnswer?> CleanOneAsync(SessionFolder folder, SessionCleaning cleaning, CleanOrder order, CancellationToken cancellation)
    {
        var (state, conductor, damage) = Read(folder, order);
        if (damage is null && !IsMeant(state, order.Kind))
        {
            return order.Session is null
                ? null
                : throw FailureException.Input("not_meant", $"session {folder.Id} is {Status(state)}, so 'clean {order.Kind}' does not mean it", "tutti clean all SESSION");
        }

        if (Workplace.IsConducted(conductor) && state?.EndedAt is null)
            throw FailureException.Input("session_live", $"session {folder.Id} is being conducted", "'tutti status --watch' shows it, 'tutti control cancel' ends it");
        if (order.DryRun)
            return Answer(await LookAsync(), state, kept: null);

        // Held so that nobody takes the session up meanwhile.
        using IDisposable held = damage is null ? JournalWriter.Open(folder) : JournalWriter.Hold(folder);
        var plan = await LookAsync();
        foreach (var lost in order.Force ? plan.Unreachable : [])
            await Console.Error.WriteLineAsync($"  letting go of {lost.Head} ({Words.Count(lost.Commits, "commit")}, \"{lost.Subject}\"); 'git branch NAME {lost.Head[..10]}' takes it back while git still has it");
        return Answer(plan, state, await cleaning.CarryOutAsync(plan, cancellation));

        Task<SessionCleaningPlan> LookAsync() => damage is null
            ? cleaning.LookAsync(folder, state, order.Force, cancellation)
            : cleaning.LookWithoutJournalAsync(folder, damage, order.Force, cancellation);
    }

    // Only somebody who names a session with a damaged journal means it.
    private static (SessionState? State, ProcessRef? Conductor, Failure? Damage) Read(SessionFolder folder, CleanOrder order)
    {
        try
        {
            var (state, conductor, _, _) = JournalReading.Of(folder.Journal);
            return (state, conductor, null);
        }
        catch (FailureException e) when (order is { Session: not null, Kind: "all" } && e.Failure.Code == FailureCode.JournalDamaged)
        {
            return (null, null, e.Failure);
        }
    }

    private static bool IsMeant(SessionState? state, string kind) => kind switch
    {
        "success" => state?.Status == SessionStatus.Completed,
        "failed" => state is null || state is { EndedAt: not null, Status: SessionStatus.Failed or SessionStatus.Cancelled },
        _ => true,
    };

    private static string Status(SessionState? state) => state is null ? "never started" : state.EndedAt is null ? "stale" : Words.Of(state.Status);

    private static CleanedAnswer Answer(SessionCleaningPlan plan, SessionState? state, IReadOnlyList<CleanKept>? kept)
    {
        var stays = kept ?? plan.Kept;
        return new CleanedAnswer(
            plan.Folder.Id,
            Status(state),
            stays.Count == 0,
            [.. plan.Branches.Select(b => b.Judged.Branch["refs/heads/".Length..]).Except(stays.Where(k => k.What == "branch").Select(k => k.Name))],
            stays.Count == 0 ? plan.Refs.Count : 0,
            [.. plan.Slots.Select(s => s.Name).Except(stays.Where(k => k.What == "slot").Select(k => k.Name))],
            plan.Unreachable,
            stays)
        {
            RefNames = stays.Count == 0 ? [.. plan.Refs.Select(r => r.Name)] : [],
        };
    }

    private static async Task ShowAsync(CleanedAnswer answer, bool dryRun)
    {
        var would = dryRun ? "would be " : "";
        await Answers.LineAsync($"{answer.Id} ({answer.Status}): {(answer.Removed ? $"{would}removed" : "its record stays")}");
        if (answer.Branches.Count > 0)
            await Answers.LineAsync($"  {would}deleted: {string.Join(", ", answer.Branches)}");
        if (answer.Slots.Count > 0)
            await Answers.LineAsync($"  {would}given back: {string.Join(", ", answer.Slots)}");
        foreach (var lost in dryRun || !answer.Removed ? answer.Unreachable : [])
            await Answers.LineAsync($"  nowhere else: {lost.Head[..10]} {lost.Subject} ({Words.Count(lost.Commits, "commit")}, {lost.Ref})");
        foreach (var kept in answer.Kept)
            await Answers.LineAsync($"  kept {kept.What} {kept.Name}: {kept.Why}{(kept.Command is { } command ? $" ({command})" : "")}");
    }
}

/// <summary>All of <c>tutti clean --json</c>.</summary>
internal sealed record CleanAnswer(int Version, bool DryRun, IReadOnlyList<CleanedAnswer> Sessions);

/// <summary>One session.</summary>
/// <param name="Removed">Nothing of it is left, or would be.</param>
/// <param name="Unreachable">Commits that only it holds.</param>
internal sealed record CleanedAnswer(
    string Id, string Status, bool Removed, IReadOnlyList<string> Branches, int Refs, IReadOnlyList<string> Slots, IReadOnlyList<UnreachableWork> Unreachable, IReadOnlyList<CleanKept> Kept)
{
    /// <summary>The refs that go, or would.</summary>
    public IReadOnlyList<string> RefNames { get; init; } = [];
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(CleanAnswer))]
internal sealed partial class CleanJson : JsonSerializerContext;
