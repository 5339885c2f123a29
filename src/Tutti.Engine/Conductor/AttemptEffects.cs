using System.Collections.Concurrent;
using Tutti.Core;
using Tutti.Core.Session;
using Tutti.Engine.Agents;
using Tutti.Engine.Git.Work;
using Tutti.Engine.Host;
using Tutti.Engine.Journal;
using Tutti.Engine.Processes;

namespace Tutti.Engine.Conductor;

/// <summary>Starts attempts, or adopts those that live already, and watches each to its end.</summary>
internal sealed class AttemptEffects(SessionContext context, ConflictAttempt conflicts)
{
    private readonly ConcurrentDictionary<string, AttemptOutcome> _ending = new(StringComparer.Ordinal);
    private readonly AttemptTrees _trees = new(context, conflicts);
    private readonly CheckoutWatch _checkout = new(context.Repository);

    public async Task<Input> RunAsync(RunAttempt effect, SessionState state, CancellationToken cancellation)
    {
        var task = state.Tasks[effect.Task];
        var attempt = task.Attempts[^1];
        var folder = FolderOf(task, attempt);
        try
        {
            return await RunAsync(new AttemptPlan(state, task, attempt, folder), cancellation);
        }
        catch (FailureException e)
        {
            // It could not be started: no slot, no program, a prompt template that does not hold together. A shim that was too slow to
            // answer must not start it now.
            await AttemptProcess.EndAsync(folder, TimeSpan.Zero);
            return new AttemptIsOver(task.Id, attempt.Number, AttemptOutcome.Failed, null, null, e.Failure);
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested && DiskTrouble.Of(e) is null)
        {
            // A defect: its task fails for it, and nobody would come back for what it has started.
            await AttemptProcess.EndAsync(folder, TimeSpan.Zero);
            throw;
        }
        finally
        {
            context.Live.End(task.Id);
        }
    }

    public async Task<Input?> EndAsync(EndAttempt effect, SessionState state)
    {
        _ending[$"{effect.Task}/{effect.Number}"] = effect.As;
        var task = state.Tasks[effect.Task];
        var end = await AttemptProcess.EndAsync(FolderOf(task, task.Attempts[effect.Number - 1]), state.Settings.Limits.Grace);
        if (end.Left > 0)
            throw new FailureException(new Failure(FailureCategory.Environment, "processes_left", $"{end.Left} process(es) of attempt {effect.Number} of task {task.Id} could not be ended", "'tutti doctor' lists them"));
        return null;
    }

    private AttemptFolder FolderOf(TaskState task, AttemptState attempt) =>
        AttemptFolder.Of(context.Folder.Path, task.Id, attempt.Number, Word(attempt.Stage));

    internal static string Word(Stage stage) => stage.ToString().ToLowerInvariant();

    private async Task<Input> RunAsync(AttemptPlan plan, CancellationToken cancellation)
    {
        var (state, task, attempt, folder) = plan;
        var isAgent = attempt.Agent != AttemptState.Commands;
        var tree = await _trees.ForAsync(plan, cancellation);
        // Beside the preparing, which needs little of git.
        var looking = isAgent ? _checkout.BeforeAsync(cancellation) : null;
        var job = isAgent ? await AttemptJob.OfAgentAsync(context, plan, tree, attempt.Place == Place.Conflict ? await conflicts.BriefAsync(plan, cancellation) : null, cancellation) : AttemptJob.OfCommands(context, plan, tree);
        var before = looking is null ? null : await looking;
        var identity = AttemptProcess.Probe(folder) switch
        {
            AttemptLife.NotStarted => await AttemptProcess.StartAsync(folder, job.Prepare(), cancellation),
            AttemptLife.Alive alive => alive.Identity,
            _ => null,
        };
        context.Live.Begin(task.Id, folder, context.Time.GetUtcNow(), identity?.Pid ?? 0);
        // None where it was ended before it could start.
        if (identity is { Pid: > 0 })
            await context.Tell(new AttemptIsAlive(task.Id, attempt.Number, identity.ToRef()));
        var (exit, reading, after) = await WatchAsync(plan, job, isAgent, cancellation);
        // A base is looked at seldom; its slot goes back at once.
        if (attempt.Place == Place.Base)
            await OwnSlots.ReleaseAsync(context, state, OwnSlots.BaseOf(task.Id), cancellation);

        var notes = before is null || after is null ? [] : await _checkout.ChangesSinceAsync(before, after, state.Source.File, cancellation);
        var over = job.Conclude(exit, Outcome(task, attempt, exit), reading);
        if (attempt.Place == Place.Conflict)
            over = await conflicts.TakeAsync(plan, tree, over, cancellation);
        List<string> all = [.. over.Notes ?? [], .. notes, .. await CoveredAsync(plan, cancellation)];
        return over with { Notes = all.Count > 0 ? all : null };
    }

    private static async Task<IEnumerable<string>> CoveredAsync(AttemptPlan plan, CancellationToken cancellation)
    {
        try
        {
            await plan.Folder.CoverSecretsAsync(Secrets.Known(plan.State.Settings), cancellation);
            return [];
        }
        catch (UnauthorizedAccessException e)
        {
            return [$"what attempt {plan.Attempt.Number} has printed could not be looked through for secrets: {e.Message}"];
        }
    }

    // The stream is followed while the attempt lives, and read to its end once everything that could write to it has gone.
    private async Task<(AttemptExit Exit, AgentReading? Reading, Task<Fingerprint>? After)> WatchAsync(AttemptPlan plan, AttemptJob job, bool isAgent, CancellationToken cancellation)
    {
        var (state, task, attempt, folder) = plan;
        var reading = job.Open();
        var (exited, swept) = (new TaskCompletionSource(), new TaskCompletionSource());
        var listening = reading is null ? Task.CompletedTask : new AttemptListener(context, task.Id, attempt.Number, reading, folder).FollowAsync(exited.Task, swept.Task, cancellation);
        try
        {
            var exit = await AttemptProcess.WatchAsync(folder, () => LimitsOf(context.State() ?? state, task, attempt), context.Time, new Beats(context.Live, task.Id), cancellation);

            exited.SetResult();
            // Whatever it left running holds ports and files of the slot, and would outlive the session. Where there was something, it was
            // at work until now, and what was looked at beside that does not count.
            var after = isAgent ? _checkout.LookAsync(cancellation) : null;
            var end = await AttemptProcess.EndAsync(folder, TimeSpan.Zero);
            if (after is not null && end.Swept > 0)
                after = _checkout.LookAsync(cancellation);
            swept.SetResult();
            await listening;
            folder.RemoveTemporary();
            return (exit, reading, after);
        }
        finally
        {
            exited.TrySetResult();
            swept.TrySetResult();
        }
    }

    private AttemptOutcome Outcome(TaskState task, AttemptState attempt, AttemptExit exit) =>
        _ending.TryRemove($"{task.Id}/{attempt.Number}", out var ending)
            ? ending
            : exit.Cause switch
            {
                ExitCause.Exited => exit.Succeeded ? AttemptOutcome.Succeeded : AttemptOutcome.Failed,
                ExitCause.TimedOut => AttemptOutcome.TimedOut,
                ExitCause.Stalled => AttemptOutcome.Stalled,
                ExitCause.Lost => AttemptOutcome.Lost,
                _ => throw new ArgumentOutOfRangeException(nameof(exit), exit.Cause, null),
            };

    // Those of the settings in force, which may be others than when it began. Commands print as they please: a compiler may be silent for longer than an agent may.
    private static WatchLimits LimitsOf(SessionState state, TaskState task, AttemptState attempt)
    {
        var limits = state.Settings.Limits;
        return attempt.Agent == AttemptState.Commands
            ? new WatchLimits(attempt.StartedAt, limits.Verify, limits.Verify) { Grace = limits.Grace }
            : new WatchLimits(attempt.StartedAt, task.Spec.Timeout ?? limits.Attempt, limits.Stall) { Grace = limits.Grace };
    }

    private sealed class Beats(LiveAttempts live, string task) : IProgress<Heartbeat>
    {
        public void Report(Heartbeat value) => live.Beat(task, value);
    }
}
