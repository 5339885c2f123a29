using Tutti.Core;
using Tutti.Core.Session;
using Tutti.Engine.Git.Landing;
using Tutti.Engine.Git.Pool;
using Tutti.Engine.Git.Work;
using Tutti.Engine.Processes;

namespace Tutti.Engine.Conductor;

/// <summary>Leases slots and makes them ready for a stage.</summary>
internal sealed class SlotEffects(SessionContext context)
{
    private readonly RefStore _refs = new(context.Repository.CommonDirectory);

    public async Task<Input> LeaseAsync(LeaseSlot effect, SessionState state, CancellationToken cancellation)
    {
        try
        {
            return Leased(effect, await AcquireAsync(effect, state, cancellation));
        }
        catch (FailureException e) when (e.Failure.Code == FailureCode.BranchExists)
        {
            return await AgainAsync(effect, state, cancellation);
        }
        catch (FailureException e) when (e.Failure.Code == FailureCode.BranchInUse)
        {
            return await FromKeptAsync(effect, state, e.Failure, cancellation);
        }
        catch (FailureException e)
        {
            return new SlotLeaseEnded(effect.Task, null, e.Failure);
        }
    }

    // What it left could not be committed, so its own slot of before is kept, on its branch.
    private async Task<Input> FromKeptAsync(LeaseSlot effect, SessionState state, Failure inUse, CancellationToken cancellation)
    {
        try
        {
            return await context.Pool.GiveBackKeptAsync(LeaseOwner.Current(state.Id, effect.Task), cancellation)
                ? await LeaseAsync(effect, state, cancellation)
                : new SlotLeaseEnded(effect.Task, null, inUse);
        }
        catch (FailureException e)
        {
            return new SlotLeaseEnded(effect.Task, null, e.Failure);
        }
    }

    // The task has been here before.
    private async Task<Input> AgainAsync(LeaseSlot effect, SessionState state, CancellationToken cancellation)
    {
        try
        {
            var tip = await _refs.ReadAsync($"refs/heads/{effect.Branch}", cancellation);
            // It goes on with just this: commits of a person may be among it, which no attempt's ref holds.
            if (tip is not null && state.Tasks[effect.Task].Restored?.Head == tip)
                return Leased(effect, await AcquireAsync(effect with { Base = tip }, state, cancellation));
            return await DropFormerBranchAsync(effect, state, cancellation) is { } failure
                ? new SlotLeaseEnded(effect.Task, null, failure)
                : Leased(effect, await AcquireAsync(effect, state, cancellation));
        }
        catch (FailureException e)
        {
            return new SlotLeaseEnded(effect.Task, null, e.Failure);
        }
    }

    public async Task<Input> PrepareAsync(PrepareSlot effect, SessionState state, CancellationToken cancellation)
    {
        try
        {
            var (lease, again) = await LostSlot.FindAsync(context, state, effect.Task, cancellation);
            if (effect.ResetTo is { } commit)
                await context.Pool.ResetAsync(lease, commit, cancellation);
            var prepared = await context.Pool.PrepareAsync(lease, state.Copy, effect.Fresh, cancellation);
            var failure = effect.Fresh || again || !state.Tasks[effect.Task].Prepared
                ? await SetUpAsync(context, state, effect.Task, $"{effect.Number:00}-setup", lease.Path, lease.PortBase, cancellation)
                : null;
            return new SlotPrepareEnded(effect.Task, prepared.Notes, failure);
        }
        catch (FailureException e)
        {
            return new SlotPrepareEnded(effect.Task, [], e.Failure);
        }
    }

    private static SlotLeaseEnded Leased(LeaseSlot effect, SlotLease lease) =>
        new(effect.Task, new SlotHold(lease.Slot, lease.Path, lease.PortBase), null);

    private Task<SlotLease> AcquireAsync(LeaseSlot effect, SessionState state, CancellationToken cancellation) =>
        context.Pool.AcquireAsync(LeaseOwner.Current(state.Id, effect.Task), effect.Branch, effect.Base, cancellation);

    // A task that is tried again after it had failed finds its own branch of before. It gives way only where an attempt's ref
    // of this very task holds its commit; anybody else's branch, or one with further commits, stays and the lease fails.
    private async Task<Failure?> DropFormerBranchAsync(LeaseSlot effect, SessionState state, CancellationToken cancellation)
    {
        var name = $"refs/heads/{effect.Branch}";
        var tip = await _refs.ReadAsync(name, cancellation);
        var held = await _refs.ListAsync($"{AttemptRef.Of(state.Id)}{AttemptRef.Segment(effect.Task)}", cancellation);
        return tip is not null && held.Any(r => r.Id == tip)
            ? await _refs.ApplyAsync([RefChange.Delete(name, tip)], "tutti: tried again", cancellation)
            : new Failure(FailureCategory.Git, FailureCode.BranchExists, $"the branch {effect.Branch} exists and holds work that is not this task's", "rename or remove it, then 'tutti resume'");
    }

    /// <summary>Runs the set-up commands in a tree; null when they pass or there are none.</summary>
    public static async Task<Failure?> SetUpAsync(
        SessionContext context, SessionState state, string task, string name, string path, int portBase, CancellationToken cancellation)
    {
        if (state.Setup.Count == 0)
            return null;
        var folder = new AttemptFolder(Path.Combine(Path.GetDirectoryName(AttemptFolder.Of(context.Folder.Path, task, 0, "setup").Path)!, name)).Create();
        var run = new CommandRun(context, state, task, folder, Nonce.For(state.Seed, $"{task}\n{name}", 0));
        return await run.ToEndAsync(state.Setup, path, portBase, context.Time.GetUtcNow(), cancellation) is { } failure
            ? failure with { Code = "setup_failed", Message = $"set-up: {failure.Message}" }
            : null;
    }
}
