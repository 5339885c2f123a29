using System.Collections.Concurrent;
using Tutti.Core;
using Tutti.Core.Session;
using Tutti.Engine.Host;

namespace Tutti.Engine.Conductor;

/// <summary>
/// Starts effects and reports their outcomes as inputs. One effect of a key runs at a time, and those of a lane one after
/// the other; everything else runs side by side.
/// </summary>
/// <param name="perform">Does an effect and returns its outcome, if it has one.</param>
/// <param name="report">Takes outcomes, in any order and from any thread.</param>
/// <param name="stop">Stops the conductor: the disk is full or broken, so that neither this effect nor any other can be done now.</param>
public sealed class EffectRunner(Func<Effect, SessionState, CancellationToken, Task<Input?>> perform, Func<Input, ValueTask> report, Action<Failure> stop)
{
    private readonly ConcurrentDictionary<string, byte> _keys = new(StringComparer.Ordinal);
    private readonly HashSet<Task> _running = [];
    private readonly Dictionary<string, Task> _lanes = new(StringComparer.Ordinal);

    /// <summary>Starts an effect, unless one of its key is running. To be called by one thread only.</summary>
    /// <param name="effect">What to do.</param>
    /// <param name="state">The session as it was when the effect was decided.</param>
    /// <param name="cancellation">Ends the work of this conductor, not the attempts.</param>
    public void Start(Effect effect, SessionState state, CancellationToken cancellation)
    {
        if (!_keys.TryAdd(effect.Key, 0))
            return;
        var before = effect.Lane is { } lane && _lanes.TryGetValue(lane, out var last) ? last : Task.CompletedTask;
        var run = Task.Run(() => RunAsync(effect, state, before, cancellation), CancellationToken.None);
        foreach (var done in _running.Where(r => r.IsCompleted).ToList())
            _running.Remove(done);
        _running.Add(run);
        if (effect.Lane is not null)
            _lanes[effect.Lane] = run;
    }

    /// <summary>Waits until nothing runs any more.</summary>
    public Task DrainAsync() => Task.WhenAll(_running);

    private async Task RunAsync(Effect effect, SessionState state, Task before, CancellationToken cancellation)
    {
        await before;
        Input? outcome;
        try
        {
            Failpoint.At($"{Name(effect)}.before");
            outcome = await perform(effect, state, cancellation);
            Failpoint.At($"{Name(effect)}.after");
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // This conductor stops; the next one does the effect again.
            outcome = null;
        }
        catch (Exception e) when (DiskTrouble.Of(e) is { } trouble)
        {
            // No task is to blame, and none fails for it: the effect has no outcome, so whoever conducts next does it again.
            outcome = null;
            stop(trouble);
        }
        catch (FailureException e)
        {
            outcome = new EffectBroke(effect, e.Failure);
        }
        catch (Exception e) when (FileTrouble.Of(e) is { } trouble)
        {
            // Something stands where a file or folder of ours is meant: that is to be mended there, and no defect.
            outcome = new EffectBroke(effect, trouble with { Hint = "look at what is there, whose it is, and its permissions (ls -ld); then 'tutti resume --retry-failed'", Detail = e.ToString() });
        }
        catch (Exception e)
        {
            // Quarantine: a defect in one effect fails what the effect was for, is recorded with its stack, and the session goes on.
            outcome = new EffectBroke(effect, new Failure(FailureCategory.Internal, "effect_broke", $"{effect.Key}: {e.Message}", "this is a defect of Tutti; please report it with the session's error report", e.ToString()));
        }

        // Removed before the outcome is told: the decision about it may start the same key again.
        _keys.TryRemove(effect.Key, out _);
        if (outcome is not null)
            await report(outcome);
    }

    private static string Name(Effect effect) => System.Text.Json.JsonNamingPolicy.KebabCaseLower.ConvertName(effect.GetType().Name);
}
