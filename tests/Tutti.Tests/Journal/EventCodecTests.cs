using System.Text;
using Tutti.Engine.Journal;

namespace Tutti.Tests.Journal;

public sealed class EventCodecTests
{
    [Fact]
    public void There_is_a_sample_of_every_type() =>
        Assert.Empty(EventTypes.Catalog.Select(kind => kind.Json.Type).Except(JournalBytes.OfEveryType().Events.Select(r => r.Event.GetType())));

    [Fact]
    public void Every_type_is_read_as_it_was_written_and_written_as_it_was_read()
    {
        foreach (var recorded in JournalBytes.OfEveryType().Events)
        {
            foreach (var more in new[] { true, false })
            {
                var line = EventCodec.Encode(recorded, more);
                var read = EventCodec.Decode(Encoding.UTF8.GetBytes(line), out var problem);
                Assert.Null(problem);
                Assert.Equal(more, read!.More);
                Assert.Equal(line, EventCodec.Encode(read.Recorded, read.More));
            }
        }
    }

    [Fact]
    public void Every_flipped_bit_of_a_line_is_noticed()
    {
        var journal = JournalBytes.OfEveryType();
        for (var index = 0; index < journal.Events.Count; index++)
        {
            var line = journal.Line(index)[..^1];
            for (var bit = 0; bit < line.Length * 8; bit++)
            {
                line[bit / 8] ^= (byte)(1 << (bit % 8));
                if (EventCodec.Decode(line, out var problem) is not null || problem is null)
                    Assert.Fail($"bit {bit} of {Encoding.UTF8.GetString(line)} is not noticed");
                line[bit / 8] ^= (byte)(1 << (bit % 8));
            }
        }
    }

    [Fact]
    public void A_line_of_a_newer_version_says_so_instead_of_being_taken_for_damaged()
    {
        var line = EventCodec.Encode(JournalBytes.OfEveryType().Events[1], more: false);
        foreach (var (known, newer) in new[] { ("\"conductor.started\"", "\"conductor.soared\""), ("\"v\":1", "\"v\":99") })
        {
            var changed = Resummed(line.Replace(known, newer, StringComparison.Ordinal));
            Assert.Null(EventCodec.Decode(Encoding.UTF8.GetBytes(changed), out var problem));
            Assert.StartsWith("written by a newer Tutti", problem, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Whoever_wrote_another_shape_on_purpose_is_answered_and_nothing_breaks()
    {
        var line = EventCodec.Encode(JournalBytes.OfEveryType().Events[1], more: false);
        foreach (var (known, other) in new[] { ("\"seq\":2", "\"seq\":\"two\""), ("\"data\":{", "\"date\":{"), ("\"process\":{", "\"process\":[{"), ("2026-01-02", "yesterday!") })
        {
            Assert.Contains(known, line);
            Assert.Null(EventCodec.Decode(Encoding.UTF8.GetBytes(Resummed(line.Replace(known, other, StringComparison.Ordinal))), out var problem));
            Assert.StartsWith("unreadable", problem, StringComparison.Ordinal);
        }
    }

    // The sum is not a secret: whoever writes on purpose writes a fitting one.
    internal static string Resummed(string line)
    {
        var body = line[..line.LastIndexOf(",\"sum\"", StringComparison.Ordinal)];
        var crc = uint.MaxValue;
        foreach (var b in Encoding.UTF8.GetBytes(body))
            crc = System.Numerics.BitOperations.Crc32C(crc, b);
        return $"{body},\"sum\":\"{~crc:x8}\"}}";
    }
}
