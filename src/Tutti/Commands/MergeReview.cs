using System.Text.Json;
using System.Text.Json.Serialization;
using Tutti.Core;
using Tutti.Core.Landing;
using Tutti.Core.Session;
using Tutti.Core.Views;
using Tutti.Engine.Git;
using Tutti.Engine.Git.Landing;
using Tutti.Engine.Git.Landing.Resolution;

namespace Tutti.Commands;

/// <summary><c>tutti merge review</c>: what would land, found out by trial merges that leave no trace.</summary>
internal static class MergeReview
{
    private const int FilesShown = 20;

    /// <summary>Shows it; exit code 4 where something conflicts.</summary>
    public static async Task<int> ShowAsync(MergeWork work, IReadOnlyList<string> named, bool json, CancellationToken cancellation)
    {
        var wanted = named.Select(id => Ids.Task(work.State, id).Id).ToHashSet(StringComparer.Ordinal);
        var control = await work.Here.ControlAsync(cancellation);
        var refs = new RefStore(work.Here.Place.Repository.CommonDirectory);
        var target = await refs.ReadAsync("refs/heads/" + work.State.Target, cancellation)
            ?? throw FailureException.Input("target_unknown", $"{work.State.Target} does not exist any more", $"git branch {work.State.Target} {Words.Commit(work.State.Base)}");
        var tasks = new List<MergeTaskAnswer>();
        foreach (var task in work.Waiting.Where(t => wanted.Count == 0 || wanted.Contains(t.Id)))
        {
            var head = await refs.ReadAsync($"refs/heads/{task.Branch}", cancellation) ?? task.Head!;
            var changes = await BranchChanges.BetweenAsync(work.Here.Place.Top, task.Base!, head, cancellation);
            var onto = task.IsIntegrated ? target : work.State.Landing.Onto(target);
            var merge = await control.TryMergeAsync(onto, head, cancellation);
            var conflicts = merge is MergeOutcome.Conflicted ? await ConflictView.ReadAsync(control, onto, head, cancellation) : [];
            tasks.Add(Answer(task, head, changes, merge) with { ConflictDetails = [.. conflicts.Select(ConflictAnswer.Of)] });
        }

        var integration = work.State.Landing.Integrated.Count > 0 ? IntegrationBranch.Of(work.State) : null;
        var answer = new MergeReviewAnswer(1, work.State.Id, work.State.Target, target, target != work.State.Landing.Target, integration, tasks);
        if (json)
            await Answers.JsonAsync(answer, MergeJson.Default.MergeReviewAnswer);
        else
            await ShowAsync(work, answer);
        return tasks.Exists(t => t.Merges == "conflict") ? ExitCodes.PersonMustAct : ExitCodes.AllDone;
    }

    private static async Task ShowAsync(ConflictAnswer conflict)
    {
        await Answers.LineAsync($"    conflict: {Terminal.Printable.Line(conflict.Path)} ({conflict.Kind.Replace('_', ' ')})");
        foreach (var message in conflict.Messages)
            await Answers.LineAsync($"      {Terminal.Printable.Line(message)}");
        foreach (var commit in conflict.Ours)
            await Answers.LineAsync($"      with {Words.Commit(commit.Id)} {Terminal.Printable.Line(commit.Subject)}{(commit.Task is { } of ? $" (task {Terminal.Printable.Line(of)})" : "")}");
        foreach (var hunk in conflict.Hunks)
        {
            await Answers.LineAsync($"      line {hunk.Line}:");
            foreach (var line in hunk.Text.Split('\n'))
                await Answers.LineAsync($"        {Indent(line)}{Terminal.Printable.Line(line)}");
        }

        if (conflict.HunkCount > conflict.Hunks.Count)
            await Answers.LineAsync($"      and {conflict.HunkCount - conflict.Hunks.Count} more conflicts in it");
    }

    // What makes text printable takes blanks at its ends away; in code those at its start say something.
    private static string Indent(string line)
    {
        const int tab = 4;
        const int most = 60;
        return new string(' ', Math.Min(most, line.TakeWhile(char.IsWhiteSpace).Sum(c => c == '\t' ? tab : 1)));
    }

    private static MergeTaskAnswer Answer(TaskState task, string head, BranchChanges changes, MergeOutcome merge) => new(
        task.Id,
        task.Spec.Title,
        Words.Of(task.Shown),
        task.IsIntegrated,
        task.Branch!,
        head,
        Verified(task),
        merge switch
        {
            MergeOutcome.Merged => "clean",
            MergeOutcome.AlreadyIn => "already-in",
            MergeOutcome.Conflicted => "conflict",
            _ => "failed",
        },
        merge is MergeOutcome.Conflicted conflicted ? [.. conflicted.Paths.Select(p => p.Path).Distinct(StringComparer.Ordinal)] : [],
        merge is MergeOutcome.Failed { Failure: var failure } ? failure.Message : task.Failure?.Message,
        changes.Commits,
        changes.Files);

    // As merged counts more than by itself; null where there was nothing to run.
    private static string? Verified(TaskState task) =>
        (task.Attempts.LastOrDefault(a => a is { Agent: AttemptState.Commands, Place: Place.Landing }) ?? task.Attempts.LastOrDefault(a => a is { Agent: AttemptState.Commands, Place: Place.Slot })) is { } last
            ? $"{(last.Outcome == AttemptOutcome.Succeeded ? "green" : "red")}{(last.Place == Place.Landing ? " as merged" : " by itself")}"
            : null;

    private static async Task ShowAsync(MergeWork work, MergeReviewAnswer answer)
    {
        if (answer.Tasks.Count == 0)
            await Answers.LineAsync(work.Nothing);
        foreach (var task in answer.Tasks)
        {
            var merges = task.Merges == "conflict" ? $"conflicts in {string.Join(", ", task.Conflicts)}" : task.Merges == "clean" ? "merges cleanly" : task.Merges.Replace('-', ' ');
            await Answers.LineAsync($"{task.Id}: {task.Title}");
            await Answers.LineAsync($"  {task.Branch} at {Words.Commit(task.Commit)}, {(task.Integrated ? "integrated" : task.State)}; {merges}; verify: {task.Verified ?? "nothing to run"}");
            if (task.Why is { } why)
                await Answers.LineAsync($"  {why}");
            foreach (var conflict in task.ConflictDetails)
                await ShowAsync(conflict);
            foreach (var commit in task.Commits)
                await Answers.LineAsync($"    {Words.Commit(commit.Id)} {commit.Subject}");
            foreach (var file in task.Files.Take(FilesShown))
                await Answers.LineAsync($"    {(file.Added is null ? "binary" : $"+{file.Added} -{file.Removed}"),10} {file.Path}");
            if (task.Files.Count > FilesShown)
                await Answers.LineAsync($"    and {task.Files.Count - FilesShown} more files");
        }

        if (answer.Integration is { } branch)
            await Console.Error.WriteLineAsync($"Integrated on {branch}: git diff {answer.Target}...{branch}{(answer.TargetMoved ? $"; {answer.Target} has moved since, so all would be merged and verified anew" : "")}");
        if (answer.Tasks.Count > 0)
            await Console.Error.WriteLineAsync("'tutti merge automatic' lands it; 'tutti merge manual TASK' opens a conflict in a slot");
    }
}

/// <summary>A path in conflict.</summary>
/// <param name="Path">Relative to the top.</param>
/// <param name="Kind">content, add_add, modify_delete, rename, binary, mode, submodule, file_folder or other.</param>
/// <param name="Messages">Git's words.</param>
/// <param name="Ours">The newest commits on the target that touched it, with the task whose work they are.</param>
/// <param name="Hunks">The first of its conflicts, with markers around ours, the base and theirs.</param>
/// <param name="HunkCount">How many there are.</param>
internal sealed record ConflictAnswer(
    string Path, string Kind, IReadOnlyList<string> Messages, IReadOnlyList<ConflictCommit> Ours, IReadOnlyList<ConflictHunk> Hunks, int HunkCount)
{
    public static ConflictAnswer Of(ConflictView view) =>
        new(view.Path, JsonNamingPolicy.SnakeCaseLower.ConvertName(view.Kind.ToString()), view.Messages, view.Ours, view.Hunks, view.HunkCount);
}

/// <summary>All of <c>tutti merge review --json</c>.</summary>
/// <param name="TargetMoved">Somebody moved the target since the session last saw it.</param>
/// <param name="Integration">The branch on which integrated work waits.</param>
internal sealed record MergeReviewAnswer(int Version, string Session, string Target, string TargetCommit, bool TargetMoved, string? Integration, IReadOnlyList<MergeTaskAnswer> Tasks);

/// <summary>One branch that waits.</summary>
/// <param name="Verified"><c>green</c> or <c>red</c>, <c>as merged</c> or <c>by itself</c>; null where there was nothing to run.</param>
/// <param name="Merges">clean, conflict, already-in or failed, onto where the target is now, after what is integrated.</param>
/// <param name="Why">Why it needs a person.</param>
internal sealed record MergeTaskAnswer(
    string Id,
    string Title,
    string State,
    bool Integrated,
    string Branch,
    string Commit,
    string? Verified,
    string Merges,
    IReadOnlyList<string> Conflicts,
    string? Why,
    IReadOnlyList<CommitLine> Commits,
    IReadOnlyList<FileChange> Files)
{
    /// <summary>More on each of <see cref="Conflicts"/>.</summary>
    public IReadOnlyList<ConflictAnswer> ConflictDetails { get; init; } = [];
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(MergeReviewAnswer))]
[JsonSerializable(typeof(MergeListAnswer))]
internal sealed partial class MergeJson : JsonSerializerContext;
