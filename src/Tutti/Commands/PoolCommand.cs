using System.CommandLine;
using Tutti.Core;
using Tutti.Engine.Git.Pool;

namespace Tutti.Commands;

/// <summary><c>tutti pool</c>: the reusable worktrees, and slots for people who work in them by hand (seed 004).</summary>
internal static class PoolCommand
{
    public static Command Create() => new("pool", "The reusable worktrees: see and tend them, or lease slots to work in by hand.")
    {
        Init(),
        Acquire(),
        Release(),
        Status(),
        Merge(),
        Cleanup(),
        Reset(),
        Health(),
    };

    private static Command Init()
    {
        var size = SizeArgument("How many there are to be (default: worktrees.pool of the configuration)");
        var json = Answers.JsonOption();
        var command = new Command("init", "Make slots ahead of time, files checked out at HEAD.") { size, json };
        command.SetAction(async (parsed, cancellation) =>
        {
            var here = Pools.Here();
            await ShowAsync(await here.Pool.InitAsync(Size(parsed.GetValue(size), here), cancellation), parsed.GetValue(json));
            return ExitCodes.AllDone;
        });
        return command;
    }

    private static Command Acquire()
    {
        var task = new Argument<string>("TASK") { Description = "What it is for; its branch gets its name from it" };
        var json = Answers.JsonOption();
        var command = new Command("acquire", "Lease a slot by hand; prints SLOT|PATH|BRANCH. It stays leased until it is released.") { task, json };
        command.SetAction(async (parsed, cancellation) =>
        {
            var here = Pools.Here();
            var (lease, notes) = await here.Manual.AcquireAsync(parsed.GetRequiredValue(task), cancellation);
            if (parsed.GetValue(json))
                await Answers.JsonAsync(new AcquireAnswer(1, lease.Slot, lease.Path, lease.Branch, lease.Base, lease.PortBase, notes), PoolJson.Default.AcquireAnswer);
            else
                await Console.Out.WriteLineAsync($"{lease.Slot}|{lease.Path}|{lease.Branch}");
            foreach (var note in notes)
                await Console.Error.WriteLineAsync($"  note: {note}");
            return ExitCodes.AllDone;
        });
        return command;
    }

    private static Command Release()
    {
        var slot = new Argument<string>("SLOT") { Description = "Its name (wt-1), or the task it was leased for" };
        var json = Answers.JsonOption();
        var command = new Command("release", "Give a slot back; one that holds uncommitted work is kept, a merged branch goes.") { slot, json };
        command.SetAction(async (parsed, cancellation) =>
        {
            var here = Pools.Here();
            var released = await here.Manual.ReleaseAsync(parsed.GetRequiredValue(slot), await here.ControlAsync(cancellation), cancellation);
            var kept = released.Outcome as ReleaseOutcome.Preserved;
            if (parsed.GetValue(json))
                await Answers.JsonAsync(new ReleaseAnswer(1, released.Slot, kept is null, released.Branch, released.BranchDeleted, kept?.Why, kept?.Paths ?? []), PoolJson.Default.ReleaseAnswer);
            else
                await Answers.LineAsync(Told(released, kept));
            return kept is null ? ExitCodes.AllDone : ExitCodes.PersonMustAct;
        });
        return command;
    }

    private static string Told(ManualRelease released, ReleaseOutcome.Preserved? kept) => (kept, released) switch
    {
        ({ Why: var why }, _) => $"{released.Slot} is kept, because releasing it could lose work: {why}",
        (_, { Branch: null }) => $"{released.Slot} is free already",
        (_, { BranchDeleted: true }) => $"{released.Slot} is free; its branch {released.Branch} was merged, and is gone",
        _ => $"{released.Slot} is free; its branch {released.Branch} stays",
    };

    private static Command Status()
    {
        var json = Answers.JsonOption();
        var command = new Command("status", "Every slot, and whose it is.") { json };
        command.SetAction(async (parsed, _) =>
        {
            await ShowAsync(Pools.Here().Pool.Status(), parsed.GetValue(json));
            return ExitCodes.AllDone;
        });
        return command;
    }

    private static Command Merge()
    {
        var branch = new Argument<string?>("BRANCH") { Description = "Where to (default: the current branch)", Arity = ArgumentArity.ZeroOrOne };
        var json = Answers.JsonOption();
        var command = new Command("merge", "Merge the branches of all slots leased by hand, the oldest lease first; conflicts are left out and told.") { branch, json };
        command.SetAction(async (parsed, cancellation) =>
        {
            var here = Pools.Here(spare: 1);
            var target = await here.TargetAsync(parsed.GetValue(branch), cancellation);
            await using var trial = new TrialSlot(here.Place.Repository, here.Pool, here.Settings);
            var merge = new ManualMerge(here.Place.Repository, here.Pool, await here.ControlAsync(cancellation), trial.VerifyAsync, TimeProvider.System);
            var result = await merge.RunAsync(here.Manual.Leases(), target, cancellation);
            if (parsed.GetValue(json))
                await Answers.JsonAsync(PoolMergeAnswer.Of(result), PoolJson.Default.PoolMergeAnswer);
            else
                await ShowAsync(result);
            return result.IsWhole ? ExitCodes.AllDone : ExitCodes.PersonMustAct;
        });
        return command;
    }

    private static Command Cleanup()
    {
        var json = Answers.JsonOption();
        var command = new Command("cleanup", "Remove every slot that is nobody's and holds nothing that is not elsewhere.") { json };
        command.SetAction(async (parsed, cancellation) =>
        {
            await ShowAsync(await Pools.Here().Pool.CleanupAsync(cancellation), parsed.GetValue(json));
            return ExitCodes.AllDone;
        });
        return command;
    }

    private static Command Reset()
    {
        var size = SizeArgument("How many slots there are to be afterwards");
        var json = Answers.JsonOption();
        var command = new Command("reset", "Clean up, then make the pool anew; what holds work stays.") { size, json };
        command.SetAction(async (parsed, cancellation) =>
        {
            var here = Pools.Here();
            await ShowAsync(await here.Pool.ResetPoolAsync(Size(parsed.GetValue(size), here), cancellation), parsed.GetValue(json));
            return ExitCodes.AllDone;
        });
        return command;
    }

    private static Command Health()
    {
        var json = Answers.JsonOption();
        var command = new Command("health", "What of the pool a person should look at; exit code 4 when there is something.") { json };
        command.SetAction(async (parsed, _) =>
        {
            var problems = Pools.Here().Pool.Health();
            if (parsed.GetValue(json))
                await Answers.JsonAsync(new PoolHealthAnswer(1, problems.Count == 0, [.. problems.Select(PoolProblemAnswer.Of)]), PoolJson.Default.PoolHealthAnswer);
            else
                await ShowAsync(problems);
            return problems.Count == 0 ? ExitCodes.AllDone : ExitCodes.PersonMustAct;
        });
        return command;
    }

    private static Argument<int?> SizeArgument(string description) => new("N") { Description = description, Arity = ArgumentArity.ZeroOrOne };

    private static int Size(int? wanted, Pools here) => (wanted ?? here.Settings.Worktrees.Pool) is var size && size is >= 1 and <= Pools.MostSlots
        ? size
        : throw FailureException.Input("out_of_range", $"a pool has 1 to {Pools.MostSlots} slots, not {size}");

    private static async Task ShowAsync(PoolStatus status, bool json)
    {
        if (json)
        {
            await Answers.JsonAsync(PoolAnswer.Of(status), PoolJson.Default.PoolAnswer);
            return;
        }

        if (status.Slots.Count == 0)
            await Answers.LineAsync("The pool is empty; slots are made when they are needed, or by 'tutti pool init'.");
        foreach (var line in Answers.Columns([.. status.Slots.Select(Row)]))
            await Console.Out.WriteLineAsync(line);
        await Console.Error.WriteLineAsync($"{status.Root}: {status.Slots.Count} slot(s), at most {status.Limit} leased at once");
    }

    private static string[] Row(SlotView slot) =>
        [slot.Name, Answers.Word(slot.State) + (slot.Stale ? ", stale" : ""), slot.Lease is { } lease ? $"{lease.Owner.Task} ({lease.Owner.Session})" : "", slot.Lease?.Branch ?? "", slot.Path, slot.Why ?? ""];

    private static async Task ShowAsync(ManualMergeResult result)
    {
        if (result.Slots.Count == 0)
            await Answers.LineAsync("No slot is leased by hand; 'tutti pool acquire TASK' leases one.");
        foreach (var line in Answers.Columns([.. result.Slots.Select(s => (string[])[s.Slot, s.Branch, Answers.Word(s.End).Replace('_', ' '), s.Why ?? "", string.Join(' ', s.Paths)])]))
            await Console.Out.WriteLineAsync(line);
        var moved = result.After != result.Before;
        await Console.Error.WriteLineAsync(moved ? $"{result.Target} went from {result.Before[..10]} to {result.After[..10]}" : $"{result.Target} stays at {result.Before[..10]}");
        if (moved)
            await Console.Error.WriteLineAsync($"  undo: git reset --keep {result.Before[..10]}; give slots back with 'tutti pool release SLOT'");
        foreach (var left in result.Slots.Where(s => s.End == SlotMergeEnd.Conflict))
            await Console.Error.WriteLineAsync($"  hint: in {left.Slot}: git merge {result.Target}, resolve, commit, then 'tutti pool merge' again");
    }

    private static async Task ShowAsync(PoolCleanup cleanup, bool json)
    {
        if (json)
        {
            await Answers.JsonAsync(new PoolCleanupAnswer(1, cleanup.Removed, cleanup.Kept), PoolJson.Default.PoolCleanupAnswer);
            return;
        }

        await Answers.LineAsync(cleanup.Removed.Count == 0 ? "Nothing was removed." : $"Removed: {string.Join(' ', cleanup.Removed)}");
        foreach (var line in Answers.Columns([.. cleanup.Kept.Select(k => (string[])["kept", k.Slot, k.Why, k.Path])]))
            await Console.Out.WriteLineAsync(line);
    }

    private static async Task ShowAsync(IReadOnlyList<PoolProblem> problems)
    {
        if (problems.Count == 0)
            await Answers.LineAsync("The pool is well.");
        foreach (var problem in problems)
        {
            await Answers.LineAsync(problem.Failure.Message);
            if (problem.Failure.Hint is { } hint)
                await Answers.LineAsync($"  hint: {hint}");
        }
    }
}
