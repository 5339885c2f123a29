using System.Diagnostics;
using Tutti.Engine.Git;
using Tutti.Engine.Git.Trust;
using Tutti.Engine.Git.Work;

namespace Tutti.Engine.Conductor;

/// <summary>
/// Sees whether anything outside the slots changed while an attempt ran: the user's checkout, the common configuration, hooks
/// (P4, P23). Attempts that begin or end together share one look.
/// </summary>
internal sealed class CheckoutWatch(Repository repository)
{
    // A look this fresh serves as the "before" of the next attempt: stages of one task follow each other within milliseconds.
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);

    private const int KeysNamed = 5;

    private readonly Lock _lock = new();
    private Task<Fingerprint>? _last;
    private long _lastAt;
    private Task<Fingerprint>? _running;
    private Task<Fingerprint>? _next;

    /// <summary>A fingerprint from before an attempt: taken now, or a moment ago.</summary>
    public Task<Fingerprint> BeforeAsync(CancellationToken cancellation)
    {
        lock (_lock)
        {
            if (_last is { IsCompletedSuccessfully: true } && Stopwatch.GetElapsedTime(_lastAt) < Fresh)
                return _last;
        }

        return LookAsync(cancellation);
    }

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
    /// <param name="before">The former look.</param>
    /// <param name="after">A look that began after what is to be seen.</param>
    /// <param name="own">A file that Tutti itself writes meanwhile, absolute: the task list; or null.</param>
    /// <param name="cancellation">Stops waiting.</param>
    public async Task<IReadOnlyList<string>> ChangesSinceAsync(Fingerprint before, Task<Fingerprint> after, string? own, CancellationToken cancellation)
    {
        var first = Told(before, await after, own);
        if (first.Count == 0)
            return [];
        var now = await LookAsync(cancellation);
        List<string> still = [.. Told(before, now, own).Intersect(first, StringComparer.Ordinal)];
        if (TamperWatch.Compare(before, now).Any(n => n.Kind == TamperKind.Configuration) && await GitGuard.PlantedAsync(repository, cancellation) is { Count: > 0 } keys)
            still.Add($"Tutti does not follow what git's configuration says since the session began: {string.Join(", ", keys.Take(KeysNamed))}{(keys.Count > KeysNamed ? " and more" : "")}; look at it: git config --local --list");
        return still;
    }

    private bool IsOwn(TamperNote note, string? own) =>
        own is not null && note.Kind == TamperKind.Files && repository.MainWorktree is { } top && Path.GetFullPath(Path.Combine(top, note.What)) == RealPath.Of(own);

    private async Task<Fingerprint> TakeAsync()
    {
        var started = Stopwatch.GetTimestamp();
        var taking = Task.Run(() => TamperWatch.TakeAsync(repository.CommonDirectory, repository.MainWorktree));
        await taking;
        lock (_lock)
            (_last, _lastAt) = (taking, started);
        return await taking;
    }

    private async Task<Fingerprint> AfterAsync(Task<Fingerprint> running)
    {
        await running;
        return await (_running = TakeAsync());
    }

    // HEAD moves whenever Tutti itself lands; a move by somebody else is found by the landing's compare-and-swap.
    private List<string> Told(Fingerprint before, Fingerprint now, string? own) =>
    [
        .. TamperWatch.Compare(before, now).Where(n => n.Kind != TamperKind.Head && !IsOwn(n, own)).Select(n => n.Kind == TamperKind.Configuration
            ? $"git's own {n.What} changed while the attempt ran"
            : $"{n.What} in your checkout changed while the attempt ran"),
    ];
}
