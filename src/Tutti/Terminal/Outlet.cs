using System.Threading.Channels;

namespace Tutti.Terminal;

/// <summary>
/// A stream that can be slow, stopped (Ctrl-S) or closed at its other end without holding up whoever writes: text is queued and
/// written by a task of its own. A reader that falls too far behind is given up, because a story with holes in it is
/// worse than one that ends; the journal has all of it.
/// </summary>
public sealed class Outlet : IAsyncDisposable
{
    /// <summary>Texts that may wait to be written.</summary>
    public const int MostWaiting = 100_000;

    /// <summary>How long the end waits for what is still to be written.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    // Characters; a longer text is handed on in pieces of this.
    private const int LongestWhole = 64 * 1024;

    private readonly Channel<string> _queue = Channel.CreateBounded<string>(new BoundedChannelOptions(MostWaiting) { SingleReader = true });
    private readonly TextWriter _writer;
    private readonly Task _writing;
    private int _waiting;

    /// <summary>An outlet of a writer, which stays the caller's.</summary>
    public Outlet(TextWriter writer)
    {
        _writer = writer;
        _writing = Task.Run(WriteAsync);
    }

    /// <summary>
    /// A writer for a stream of the process that hands on a text as a whole when it is flushed: <see cref="Console.Out"/> cuts it in
    /// pieces of 256 characters, and a kill between two of them leaves half a line, a redrawing half a frame. The encoding is the
    /// console's, without the byte-order mark that <see cref="Console.OutputEncoding"/> would put first.
    /// </summary>
    /// <param name="stream">Standard output or standard error; goes with the process.</param>
    public static TextWriter Whole(Stream stream) => new StreamWriter(stream, Console.Out.Encoding, LongestWhole, leaveOpen: true);

    /// <summary>Everything has been written.</summary>
    public bool IsIdle => Volatile.Read(ref _waiting) == 0;

    /// <summary>Queues a text; never waits and never fails.</summary>
    public void Write(string text)
    {
        Interlocked.Increment(ref _waiting);
        if (_queue.Writer.TryWrite(text))
            return;
        Interlocked.Decrement(ref _waiting);
        _queue.Writer.TryComplete();
    }

    /// <summary>Waits, within limits, until everything is written.</summary>
    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await Task.WhenAny(_writing, Task.Delay(Patience));
    }

    private async Task WriteAsync()
    {
        var closed = false;
        await foreach (var text in _queue.Reader.ReadAllAsync())
        {
            closed = closed || !TryWrite(text);
            Interlocked.Decrement(ref _waiting);
        }
    }

    private bool TryWrite(string text)
    {
        try
        {
            _writer.Write(text);
            _writer.Flush();
            return true;
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // The other end is gone: a closed pipe, a terminal that hung up. The run goes on without a listener.
            return false;
        }
    }
}
