using Tutti.Core;
using Tutti.Core.Landing;
using Tutti.Core.Session;
using Tutti.Core.Views;
using Tutti.Engine.Conductor;

namespace Tutti.Commands;

/// <summary><c>tutti merge manual</c>: the branches and their commands, and a conflict opened in a slot of its own.</summary>
internal static class MergeManual
{
    /// <summary>Lists the branches in the order in which they are to be merged, each with its command.</summary>
    public static async Task<int> ListAsync(MergeWork work, bool json)
    {
        var waiting = work.Waiting;
        if (json)
        {
            await Answers.JsonAsync(Answer(work.State, waiting), MergeJson.Default.MergeListAnswer);
            return ExitCodes.AllDone;
        }

        if (waiting.Count == 0)
        {
            await Answers.LineAsync(work.Nothing);
            return ExitCodes.AllDone;
        }

        await Answers.LineAsync($"git switch {ShellWord.Quote(work.State.Target)}");
        foreach (var task in waiting)
            await Answers.LineAsync($"{Command(task)}   # {task.Id}: {task.Spec.Title}{(task.Failure is { } why ? $" ({why.Message})" : "")}");
        if (work.State.Landing.Integrated.Count > 0)
            await Console.Error.WriteLineAsync($"The integrated ones in one step, verified as merged: git merge --ff-only {IntegrationBranch.Of(work.State)}");
        await Console.Error.WriteLineAsync($"Then 'tutti merge automatic' sees what has landed; 'tutti merge manual TASK' opens a conflict in a slot");
        return ExitCodes.AllDone;
    }

    /// <summary>Opens the merge of a task's branch onto the target in a slot, and says how to go on.</summary>
    /// <returns>4 where there is a conflict to resolve, 0 where there is none.</returns>
    public static async Task<int> OpenAsync(MergeWork work, TaskState task, CancellationToken cancellation)
    {
        if (task.IsIntegrated)
            throw FailureException.Input("not_to_be_merged", $"task {task.Id} is integrated already, without a conflict", $"'tutti merge automatic' takes it to {work.State.Target}");
        if (work.ToLand([task.Id]).Count == 0)
            throw FailureException.Input("not_to_be_merged", $"task {task.Id} has no work that waits", "'tutti merge manual' lists what does");
        var opened = await (await MergeAsync(work, cancellation)).OpenAsync(work.State, task, cancellation);
        if (!opened.IsOpen)
        {
            await Answers.LineAsync($"{task.Branch} merges cleanly onto {work.State.Target}; 'tutti merge automatic {ShellWord.Quote(task.Id)}' lands it.");
            return ExitCodes.AllDone;
        }

        await Answers.LineAsync($"{opened.Lease.Slot}|{opened.Lease.Path}|{opened.Lease.Branch}");
        foreach (var path in opened.Conflicts)
            await Console.Error.WriteLineAsync($"  conflict: {Terminal.Printable.Line(path)}");
        await Console.Error.WriteLineAsync($"{(opened.Conflicts.Count == 0 ? "All is resolved" : $"Resolve it in {opened.Lease.Path}, 'git add' what is resolved")}, then: tutti merge manual {ShellWord.Quote(task.Id)} --continue");
        await Console.Error.WriteLineAsync($"  hint: to give it up: git -C {ShellWord.Quote(opened.Lease.Path)} merge --abort && tutti pool release {opened.Lease.Slot}");
        return ExitCodes.PersonMustAct;
    }

    /// <summary>Puts the resolved merge onto the task's branch, from where it can land.</summary>
    /// <exception cref="FailureException">It is not resolved, or loses something of a side and <paramref name="acceptLosses"/> is false.</exception>
    public static async Task TakeInAsync(MergeWork work, TaskState task, bool acceptLosses, CancellationToken cancellation)
    {
        work.RequireAtRest();
        // Of one that has landed meanwhile no merge can be opened: that is what is told then.
        work.ToLand([task.Id]);
        if (await (await MergeAsync(work, cancellation)).TakeInAsync(work.State, task, acceptLosses, cancellation) is not { } done)
        {
            await Console.Error.WriteLineAsync($"Resolved before, on {task.Branch}");
            return;
        }

        foreach (var loss in done.Report.Losses)
            await Console.Error.WriteLineAsync($"  accepted: {Terminal.Printable.Line(loss.Said)}");
        foreach (var note in done.Notes.Concat(done.Report.Notes))
            await Console.Error.WriteLineAsync($"  note: {Terminal.Printable.Line(note)}");
        await Console.Error.WriteLineAsync($"Resolved as {Words.Commit(done.Merge.Commit)} on {task.Branch}");
    }

    private static string Command(TaskState task) => $"git merge --no-ff {ShellWord.Quote(task.Branch!)}";

    private static MergeListAnswer Answer(SessionState state, IReadOnlyList<TaskState> waiting) => new(
        1,
        state.Id,
        state.Target,
        state.Landing.Integrated.Count > 0 ? IntegrationBranch.Of(state) : null,
        [.. waiting.Select(t => new MergeListTask(t.Id, t.Spec.Title, t.IsIntegrated, t.Branch!, Command(t), t.Failure?.Message))]);

    private static async Task<ConflictSlot> MergeAsync(MergeWork work, CancellationToken cancellation) =>
        new(work.Here.Place.Repository, work.Here.Pool, await work.Here.ControlAsync(cancellation), TimeProvider.System);
}

/// <summary>All of <c>tutti merge manual --json</c>.</summary>
/// <param name="Integration">The branch on which integrated work waits.</param>
/// <param name="Tasks">In the order in which they are to be merged.</param>
internal sealed record MergeListAnswer(int Version, string Session, string Target, string? Integration, IReadOnlyList<MergeListTask> Tasks);

/// <summary>One branch of the list.</summary>
/// <param name="Command">What merges it onto the target, when that is checked out.</param>
/// <param name="Why">Why it needs a person.</param>
internal sealed record MergeListTask(string Id, string Title, bool Integrated, string Branch, string Command, string? Why);
