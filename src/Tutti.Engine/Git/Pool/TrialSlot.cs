using Tutti.Core;
using Tutti.Engine.Git.Landing;
using Tutti.Engine.Processes;

namespace Tutti.Engine.Git.Pool;

/// <summary>A slot of its own in which merged commits are seen to pass the verify commands before they land.</summary>
/// <param name="repository">The repository.</param>
/// <param name="pool">Its slots.</param>
/// <param name="settings">Set-up and verify commands, files to copy, and how long commands may take.</param>
public sealed class TrialSlot(Repository repository, SlotPool pool, Settings settings) : IAsyncDisposable
{
    private const string Branch = "tutti/manual-trial";
    private const string Task = " trial";

    private SlotLease? _lease;

    /// <summary>Why a commit must not land; null when there is nothing to run or all of it passes.</summary>
    public async Task<Failure?> VerifyAsync(string commit, CancellationToken cancellation)
    {
        if (settings.Verify.Count == 0)
            return null;
        var first = _lease is null;
        _lease ??= await pool.AcquireAsync(LeaseOwner.Current(LeaseOwner.ManualSession, Task), Branch, commit, cancellation);
        await pool.ResetAsync(_lease, commit, cancellation);
        await pool.PrepareAsync(_lease, settings.Copy, fresh: false, cancellation);
        foreach (var command in first ? settings.Setup.Concat(settings.Verify) : settings.Verify)
        {
            if (await RunAsync(command, _lease, cancellation) is { } failure)
                return failure;
        }

        return null;
    }

    public async ValueTask DisposeAsync()
    {
        if (_lease is not { } lease)
            return;
        _lease = null;
        await pool.ResetAsync(lease, lease.Base, CancellationToken.None);
        if (await pool.ReleaseAsync(lease.Slot, lease.Owner.Session, lease.Owner.Task, CancellationToken.None) is not ReleaseOutcome.Released)
            return;
        var refs = new RefStore(repository.CommonDirectory);
        if (await refs.ReadAsync("refs/heads/" + Branch, CancellationToken.None) is { } tip)
            await refs.ApplyAsync([RefChange.Delete("refs/heads/" + Branch, tip)], "tutti: done with it", CancellationToken.None);
    }

    private async Task<Failure?> RunAsync(string command, SlotLease lease, CancellationToken cancellation)
    {
        var environment = HostEnvironment.Base();
        environment["TUTTI_PORT_BASE"] = $"{lease.PortBase}";
        environment["PWD"] = lease.Path;
        var shell = new Command("sh", ["-c", command], lease.Path) { Environment = environment, Limit = settings.Limits.Verify, OutputLimit = 64 * 1024 };
        var result = await CommandRunner.RunAsync(shell, cancellation);
        return result is { ExitCode: 0, TimedOut: false }
            ? null
            : new Failure(
                FailureCategory.Verify,
                "verify_failed",
                $"merged, `{command}` {(result.TimedOut ? "takes too long" : $"fails with exit code {result.ExitCode}")}",
                "run it in a checkout of the merge and mend what it names",
                $"{result.Text}\n{result.Error}".Trim());
    }
}
