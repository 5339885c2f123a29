using Tutti.Core.Session;
using Tutti.Engine.Conductor;
using Tutti.Engine.Journal;
using Tutti.Tests.Views;

namespace Tutti.Tests.Journal;

/// <summary>What a conductor goes on with holds no more than its journal.</summary>
public sealed class MaskedEventsTests : IDisposable
{
    private readonly SessionFolder _folder = new(Directory.CreateTempSubdirectory("tutti-journal-").FullName);

    public void Dispose() => Directory.Delete(_folder.Path, recursive: true);

    [Fact]
    public void Events_of_every_type_are_gone_on_with_as_they_are_read_back()
    {
        var events = JournalBytes.OfEveryType().Events;
        var masked = Write(events, SessionScript.Commit);
        Assert.Contains(masked.Lines, l => l.Line.Contains("***", StringComparison.Ordinal));
        foreach (var (given, read, before, line) in masked.Lines.Zip(new JournalReader(_folder.Journal).Read(), (l, read) => (l.Event, read, l.Line)).Zip(events, (l, before) => (l.Event, l.read, before, l.Line)))
        {
            // What the user gave to be run is needed as it is.
            if (before.Event is SessionStarted or SettingsChanged || !line.Contains("***", StringComparison.Ordinal))
                Assert.Same(before, given);
            else
                Assert.Equal(EventCodec.Encode(read, more: false), EventCodec.Encode(given, more: false));
        }
    }

    [Fact]
    public void A_task_whose_name_is_masked_is_still_found_by_it()
    {
        var paused = new Recorded(1, SessionScript.Start, new TaskPaused("sesame", "sesame"), "s");
        var (given, line) = Assert.Single(Write([paused], "sesame").Lines);
        Assert.DoesNotContain("sesame", line);
        Assert.Equal(new TaskPaused("sesame", "***"), given.Event);
    }

    [Fact]
    public async Task What_a_conductor_takes_up_with_is_masked_too()
    {
        await File.WriteAllBytesAsync(_folder.Journal, JournalBytes.Simulated(2, 30).Bytes, TestContext.Current.CancellationToken);
        using var journal = Open("sesame");
        var news = new List<(Recorded Event, string Line)>();
        using var loop = new ConductorLoop(journal, (_, _, _) => Task.FromResult<Input?>(null), TimeProvider.System, moment => news.AddRange(moment.News));
        using var stop = new CancellationTokenSource();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => loop.RunAsync(new TakeUp(new ProcessRef(1, "1", "b"), "sesame", Resume: false, RetryFailed: false, "test"), stop.Token));
        await loop.DrainAsync();
        Assert.Equal("***", Assert.Single(news.Select(n => n.Event.Event).OfType<ConductorStarted>()).Version);
    }

    private MaskedEvents Write(IReadOnlyList<Recorded> events, string secret)
    {
        using var journal = Open(secret);
        var masked = MaskedEvents.Of(journal, events);
        journal.Append([masked]);
        return masked;
    }

    private JournalWriter Open(string secret)
    {
        var journal = JournalWriter.Open(_folder);
        journal.Mask = journal.MaskOrders = text => text.Replace(secret, "***", StringComparison.Ordinal);
        return journal;
    }
}
