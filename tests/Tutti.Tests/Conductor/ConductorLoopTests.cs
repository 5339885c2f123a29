using Tutti.Core;
using Tutti.Core.Session;
using Tutti.Engine.Conductor;
using Tutti.Engine.Journal;
using Tutti.Tests.Views;

namespace Tutti.Tests.Conductor;

public sealed class ConductorLoopTests : IDisposable
{
    private readonly SessionFolder _folder = new(Directory.CreateTempSubdirectory("tutti-conductor-").FullName);

    public void Dispose() => Directory.Delete(_folder.Path, recursive: true);

    [Fact]
    public async Task A_time_too_far_ahead_for_a_timer_is_waited_for_all_the_same()
    {
        var limit = new Failure(FailureCategory.Resource, AgentFailure.RateLimited, "the quota of the century is used up");
        var session = new SessionScript(SessionScript.Plan("auth")).Add(new AgentsHeld("provider claude", SessionScript.Start.AddYears(100), limit));
        using (var before = JournalWriter.Open(_folder))
            before.Append([MaskedEvents.Of(before, session.Journal)]);
        using var journal = JournalWriter.Open(_folder);
        using var loop = new ConductorLoop(journal, (_, _, _) => Task.FromResult<Input?>(null), TimeProvider.System, _ => { });
        using var stop = new CancellationTokenSource();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => loop.RunAsync(new TakeUp(new ProcessRef(1, "1", "b"), "1", Resume: false, RetryFailed: false, "test"), stop.Token));
        await loop.DrainAsync();
    }
}
