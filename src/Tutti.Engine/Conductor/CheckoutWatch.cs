using Tutti.Engine.Git;
using Tutti.Engine.Git.Work;

namespace Tutti.Engine.Conductor;

/// <summary>
/// Sees whether anything outside the slots changed while an attempt ran: the user's checkout, the common configuration, hooks
/// (P4, P23). Attempts that begin or end together share one look.
/// </summary>
internal sealed class CheckoutWatch(Repository repository)
{
    private readonly Lock _lock = new();
    private Task<Fingerprint>? _running;
    private Task<Fingerprint>? _next;

    /// <summary>A fingerprint taken not before this call.</summary>
    public Task<Fingerprint> LookAsync(CancellationToken cancellation)
    {
        lock (_lock)
        {
            if (_running is null || _running.IsCompleted)
                return _running = TakeAsync();
            // The one that runs may have looked already; all who come meanwhile share the one after it.
            if (_next is null || _next.IsCompleted)
                _next = AfterAsync(_running);
            return _next.WaitAsync(cancellation);
        }
    }

    /// <summary>What differs from a former look, one line each; looked at twice, because a landing moves files for a moment.</summary>
    public async Task<IReadOnlyList<string>> ChangesSinceAsync(Fingerprint before, CancellationToken cancellation)
    {
        var first = Told(before, await LookAsync(cancellation));
        return first.Count == 0 ? [] : [.. Told(before, await LookAsync(cancellation)).Intersect(first, StringComparer.Ordinal)];
    }

    private Task<Fingerprint> TakeAsync() => Task.Run(() => TamperWatch.TakeAsync(repository.CommonDirectory, repository.MainWorktree));

    private async Task<Fingerprint> AfterAsync(Task<Fingerprint> running)
    {
        await running;
        return await (_running = TakeAsync());
    }

    // HEAD moves whenever Tutti itself lands; a move by somebody else is found by the landing's compare-and-swap.
    private static List<string> Told(Fingerprint before, Fingerprint now) =>
    [
        .. TamperWatch.Compare(before, now).Where(n => n.Kind != TamperKind.Head).Select(n => n.Kind == TamperKind.Configuration
            ? $"git's own {n.What} changed while the attempt ran"
            : $"{n.What} in your checkout changed while the attempt ran"),
    ];
}
