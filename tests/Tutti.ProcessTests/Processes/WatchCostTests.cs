using System.Diagnostics;
using Tutti.Engine.Processes;
using Tutti.ProcessTests.Support;

namespace Tutti.ProcessTests.Processes;

/// <summary>Alone, since it measures this process.</summary>
[CollectionDefinition(nameof(WatchCostTests), DisableParallelization = true)]
[Collection(nameof(WatchCostTests))]
public sealed class WatchCostTests : IAsyncDisposable
{
    private static readonly TimeSpan Measured = TimeSpan.FromSeconds(3);

    private readonly AttemptLab _lab = new();

    public ValueTask DisposeAsync() => _lab.DisposeAsync();

    [Fact]
    public async Task Two_hundred_watches_cost_little()
    {
        // One real process; the watches do not know that they share it.
        var folder = _lab.Folder();
        await AttemptProcess.StartAsync(folder, _lab.Shell(folder, "exec sleep 100"));
        using var stop = new CancellationTokenSource();
        var watches = Enumerable.Range(0, 200).Select(_ => AttemptProcess.WatchAsync(folder, AttemptLab.Limits(), TimeProvider.System, null, stop.Token)).ToList();
        using var self = Process.GetCurrentProcess();
        await Task.Delay(TimeSpan.FromSeconds(1));
        self.Refresh();
        var before = self.TotalProcessorTime;
        await Task.Delay(Measured);
        self.Refresh();
        var share = (self.TotalProcessorTime - before) / Measured;
        TestContext.Current.SendDiagnosticMessage("200 watches: {0} % of a core", (100 * share).ToString("F1"));
        Assert.True(share < 0.25, $"200 watches take {share:P0} of a core");
        await stop.CancelAsync();
        foreach (var watch in watches)
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => watch.WaitAsync(Waits.Patience));
    }
}
