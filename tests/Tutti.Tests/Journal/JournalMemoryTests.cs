using System.Runtime.CompilerServices;
using Tutti.Core.Session;
using Tutti.Engine.Journal;

namespace Tutti.Tests.Journal;

/// <summary>Reading keeps nothing: a journal of a million events costs what its session is, not what was written.</summary>
public sealed class JournalMemoryTests
{
    private const int Told = 50_000;

    private static readonly JournalBytes Journal = JournalBytes.Talkative(Told);

    [Fact]
    public void No_more_is_read_than_was_asked_for()
    {
        var file = new MemoryStream(Journal.Bytes);
        var stream = new JournalReader("test", () => file);
        using var events = stream.Read().GetEnumerator();
        for (var n = 1; n <= 1000; n++)
        {
            Assert.True(events.MoveNext());
            Assert.Equal(Journal.LineEnds[n - 1], stream.Length);
            Assert.InRange(file.Position, stream.Length, stream.Length + (64 * 1024));
        }
    }

    [Fact]
    public void No_event_outlives_the_one_after_the_next()
    {
        var stream = Journal.Stream();
        var given = new List<WeakReference>();
        var state = ReadAll(stream, given);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        Assert.Equal(Journal.Events.Count, state.Seq);
        Assert.Equal(Told, state.Tasks["a"].Attempts[0].Usage!.Input);
        Assert.InRange(given.Count(r => r.IsAlive), 0, 2);
        GC.KeepAlive(stream);
        GC.KeepAlive(state);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static SessionState ReadAll(JournalReader stream, List<WeakReference> given)
    {
        SessionState? state = null;
        foreach (var recorded in stream.Read())
        {
            if (recorded.Seq > 10)
                given.Add(new WeakReference(recorded));
            state = Fold.Apply(state, recorded);
        }

        return state!;
    }

    [Fact]
    public void Who_comes_back_reads_only_what_is_new()
    {
        var half = (int)Journal.LineEnds[Told / 2];
        var now = Journal.Bytes.AsMemory(0, half + 7);
        var (opened, lowest) = (0, long.MaxValue);
        var stream = new JournalReader("test", () =>
        {
            opened++;
            return new Watched(now.ToArray(), at => lowest = Math.Min(lowest, at));
        });
        Assert.Equal((Told / 2) + 1, stream.Read().Count());
        Assert.NotNull(stream.Cut);
        now = Journal.Bytes;
        lowest = long.MaxValue;
        Assert.Equal(Journal.Events.Count - (Told / 2) - 1, stream.Read().Count());
        Assert.Equal((2, half, (long)Journal.Events.Count), (opened, (int)lowest, stream.Seq));
        Assert.Null(stream.Cut);
        Assert.Empty(stream.Read());
    }

    /// <summary>A stream that tells from where it is read.</summary>
    private sealed class Watched(byte[] bytes, Action<long> read) : MemoryStream(bytes, writable: false)
    {
        public override int Read(byte[] buffer, int offset, int count)
        {
            read(Position);
            return base.Read(buffer, offset, count);
        }

        public override int Read(Span<byte> buffer)
        {
            read(Position);
            return base.Read(buffer);
        }
    }
}
