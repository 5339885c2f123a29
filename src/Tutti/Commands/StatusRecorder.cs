using Tutti.Core.Session;
using Tutti.Engine.Conductor;
using Tutti.Engine.Journal;

namespace Tutti.Commands;

/// <summary>Keeps the snapshot that <c>tutti status --json</c> answers from, while a session is conducted here.</summary>
internal sealed class StatusRecorder : IAsyncDisposable
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(250);

    /// <summary>Written also when nothing has happened: times and loads change too.</summary>
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(1);

    /// <summary>Of ten thousand tasks there are 15 MB to write: after it has taken long, it is let rest for so many times as long.</summary>
    private const int Share = 50;

    private readonly RunOrder _order;
    private readonly StatusLook _look;
    private readonly CancellationTokenSource _over = new();
    private readonly Task _writing;
    private Known? _known;

    public StatusRecorder(RunOrder order)
    {
        _order = order;
        _look = new StatusLook(new Workplace(order.Repository), order.Folder);
        _writing = Task.Run(KeepAsync);
    }

    /// <summary>Takes note of a session right after its events were written, before any others are.</summary>
    public void Note(SessionState state) => Volatile.Write(ref _known, new Known(state, new FileInfo(_order.Folder.Journal).Length));

    public async ValueTask DisposeAsync()
    {
        if (_over.IsCancellationRequested)
            return;
        await _over.CancelAsync();
        await _writing;
    }

    private async Task KeepAsync()
    {
        var (written, at) = ((Known?)null, 0L);
        while (!_over.IsCancellationRequested)
        {
            var pause = LookEvery;
            var known = Volatile.Read(ref _known);
            if (known is not null && (known != written || _order.Time.GetElapsedTime(at) >= Rest))
            {
                at = _order.Time.GetTimestamp();
                await WriteAsync(written = known);
                pause = TimeSpan.FromTicks(Math.Max(LookEvery.Ticks, Share * _order.Time.GetElapsedTime(at).Ticks));
            }

            await Task.Delay(pause, _order.Time, _over.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        if (Volatile.Read(ref _known) is { } last)
            await WriteAsync(last);
    }

    private async Task WriteAsync(Known known)
    {
        try
        {
            var live = await _look.AtAsync(known.State, conducted: true, CancellationToken.None);
            StatusSnapshot.Write(_order.Folder, known.Journal, known.State.EndedAt is not null, StatusJson.Bytes(StatusKind.Summary, known.State, live, indented: true).Span);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // No room, or the folder is gone: whoever asks reads the journal, and the run does not depend on it.
        }
    }

    private sealed record Known(SessionState State, long Journal);
}
