using Tutti.Core;
using Tutti.Core.Session;
using Tutti.Engine.Host;

namespace Tutti.Engine.Conductor;

/// <summary>Which effect is done by whom: the one switch between decisions and the world.</summary>
public sealed class EffectSwitch(SessionContext context)
{
    // Entering a slot and collecting work are chains of git processes that use a core each. All of them at once are no faster, and
    // starve the landing, which is one such chain: with 32 no-op agents on two cores it landed four a second, where sixteen do with this limit.
    private static readonly SemaphoreSlim SlotTurns = new(2 * Environment.ProcessorCount);

    private readonly SlotEffects _slots = new(context);
    private readonly AttemptEffects _attempts = new(context, new ConflictAttempt(context));
    private readonly LandingEffects _landing = new(context);
    private readonly PullRequestEffects _pullRequests = new(context);
    private readonly CleanUpEffects _cleanUp = new(context);
    private readonly OutsideEffects _outside = new(context);

    /// <summary>Does an effect to its end. Doing it again, also after a crash half-way, comes to the same.</summary>
    /// <param name="effect">What to do.</param>
    /// <param name="state">The session when it was decided.</param>
    /// <param name="cancellation">Stops this conductor's part; attempts go on.</param>
    /// <returns>The outcome, for those that have one.</returns>
    /// <exception cref="IOException">The disk is full, read-only or broken (<see cref="DiskTrouble"/>).</exception>
    public async Task<Input?> PerformAsync(Effect effect, SessionState state, CancellationToken cancellation)
    {
        try
        {
            return await DoAsync(effect, state, cancellation);
        }
        catch (Exception e) when (DiskTrouble.Of(e) is { Category: FailureCategory.Resource })
        {
            // Removed slots may still be in the trash: that is the room that is ours to make.
            await context.Pool.EmptyTrashAsync(cancellation);
            return await DoAsync(effect, state, cancellation);
        }
    }

    private async Task<Input?> DoAsync(Effect effect, SessionState state, CancellationToken cancellation) => effect switch
    {
        LeaseSlot x => await InTurnAsync(() => _slots.LeaseAsync(x, state, cancellation), cancellation),
        PrepareSlot x => await _slots.PrepareAsync(x, state, cancellation),
        RunAttempt x => await _attempts.RunAsync(x, state, cancellation),
        EndAttempt x => await _attempts.EndAsync(x, state),
        CollectWork x => await InTurnAsync(() => WorkEffects.CollectAsync(context.Pool, x, state, cancellation), cancellation),
        MergeBranch x => await _landing.MergeAsync(x, state, cancellation),
        MoveTarget x => await _landing.MoveAsync(x, state, cancellation),
        TakeIntegration x => await _landing.TakeAsync(x, state, cancellation),
        OpenPullRequest x => await _pullRequests.OpenAsync(x, state, cancellation),
        CleanUp x => await _cleanUp.CleanAsync(x, state, cancellation),
        TellSource x => OutsideEffects.Tell(x, state),
        GiveBack => await _cleanUp.GiveBackAsync(state, cancellation),
        RunHook x => await _outside.HookAsync(x, state, cancellation),
        Finish => null,
        _ => throw new InvalidOperationException($"nobody does {effect.GetType().Name}"),
    };

    private static async Task<Input?> InTurnAsync(Func<Task<Input>> work, CancellationToken cancellation)
    {
        await SlotTurns.WaitAsync(cancellation);
        try
        {
            return await work();
        }
        finally
        {
            SlotTurns.Release();
        }
    }
}
