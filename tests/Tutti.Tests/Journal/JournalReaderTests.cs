using System.Text;
using System.Text.Json;
using Tutti.Core;
using Tutti.Core.Session;
using Tutti.Core.Views;
using Tutti.Engine.Journal;

namespace Tutti.Tests.Journal;

public sealed class JournalReaderTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    public void Every_prefix_opens_at_the_state_after_a_whole_decision(int seed)
    {
        var journal = JournalBytes.Simulated(seed, 40);
        SessionState? expected = null;
        var (whole, decision) = ((End: 0L, Events: 0), 0);
        for (var length = 0; length <= journal.Bytes.Length; length++)
        {
            while (decision < journal.Decisions.Count && journal.Decisions[decision].End <= length)
            {
                expected = journal.Events.Skip(whole.Events).Take(journal.Decisions[decision].Events - whole.Events).Aggregate(expected, Fold.Apply);
                whole = journal.Decisions[decision++];
            }

            var stream = JournalBytes.Stream(journal.Bytes.AsMemory(0, length));
            if (length == whole.End)
                Assert.Equal(Shown(expected), Shown(JournalReading.Of(stream).State));
            else
                Assert.Equal(whole.Events, stream.Read().Count());
            Assert.Equal((whole.End, whole.Events), (stream.Length, (int)stream.Seq));
            Assert.Equal(length == whole.End, stream.Cut is null);
        }
    }

    [Fact]
    public void A_flipped_bit_of_any_byte_stops_the_reading_there_or_is_told_as_torn()
    {
        var journal = JournalBytes.Simulated(3, 40);
        var last = journal.LineEnds.Count - 1;
        for (var at = 0; at < journal.Bytes.Length; at++)
        {
            // Every bit of the line ends and of the last line; elsewhere the codec's own test has had them all.
            var all = journal.LineAt(at) == last || journal.Bytes[at] == '\n';
            for (var bit = all ? 0 : at % 8; bit < (all ? 8 : (at % 8) + 1); bit++)
                AssertNoticed(journal, at, bit, mayBeTorn: at == journal.Bytes.Length - 1);
        }
    }

    private static void AssertNoticed(JournalBytes journal, int at, int bit, bool mayBeTorn)
    {
        var bytes = journal.Bytes.ToArray();
        bytes[at] ^= (byte)(1 << bit);
        var stream = JournalBytes.Stream(bytes);
        var read = 0;
        try
        {
            read = stream.Read().Count();
            Assert.True(mayBeTorn && stream.Cut is not null && stream.Length < bytes.Length, $"bit {bit} of byte {at} is not noticed");
        }
        catch (FailureException e)
        {
            var line = journal.LineAt(at);
            Assert.Equal("journal_damaged", e.Failure.Code);
            Assert.Contains($"damaged at byte {(line == 0 ? 0 : journal.LineEnds[line - 1])}:", e.Failure.Message, StringComparison.Ordinal);
        }

        Assert.Equal(stream.Seq, journal.Decisions.Where(d => d.End == stream.Length).Select(d => (long)d.Events).FirstOrDefault());
        Assert.True(stream.Length <= at && read <= stream.Seq);
    }

    [Fact]
    public void Lines_that_are_missing_double_or_in_another_order_are_noticed()
    {
        var journal = JournalBytes.Simulated(5, 30);
        for (var index = 0; index < journal.Events.Count - 1; index++)
        {
            var (before, line, next) = (journal.Bytes[..(int)(journal.LineEnds[index] - journal.Line(index).Length)], journal.Line(index), journal.Line(index + 1));
            var rest = journal.Bytes[(int)journal.LineEnds[index + 1]..];
            AssertDamaged([.. before, .. next, .. rest], $"event {index + 2} where {index + 1} belongs");
            AssertDamaged([.. before, .. next, .. line, .. rest], $"event {index + 2} where {index + 1} belongs");
            AssertDamaged([.. before, .. line, .. line, .. next, .. rest], $"event {index + 1} where {index + 2} belongs");
        }
    }

    [Fact]
    public void Anything_between_the_lines_is_noticed()
    {
        var journal = JournalBytes.Simulated(5, 12);
        var (first, rest) = (journal.Line(0), journal.Bytes[(int)journal.LineEnds[0]..]);
        foreach (var between in new[] { "\n", " \n", "\r\n", "{}\n", "\0\0\0\0\n", "\0", "// a remark\n" })
            AssertDamaged([.. first, .. Encoding.UTF8.GetBytes(between), .. rest], $"damaged at byte {first.Length}:");
        AssertDamaged([0xEF, 0xBB, 0xBF, .. journal.Bytes], "damaged at byte 0:");
        AssertDamaged(Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(journal.Bytes).Replace("\n", "\r\n", StringComparison.Ordinal)), "damaged at byte 0:");
        AssertDamaged([.. journal.Bytes, (byte)'\n'], $"damaged at byte {journal.Bytes.Length}: not a whole line");
    }

    [Fact]
    public void Zero_bytes_that_a_loss_of_power_left_at_the_end_are_cut_and_told()
    {
        var journal = JournalBytes.Simulated(5, 12);
        var end = journal.Decisions[^1].End;
        foreach (var (tail, told) in new[] { (1, "1 zero bytes"), (4096, "4096 zero bytes"), (300_000, "300000 zero bytes") })
        {
            var stream = JournalBytes.Stream([.. journal.Bytes, .. new byte[tail]]);
            Assert.Equal(12, stream.Read().Count());
            Assert.Equal((end, $"{told} at offset {end}"), (stream.Length, stream.Cut));
        }

        // In the middle of the last line: what was to come after it never came.
        var torn = journal.Bytes.ToArray();
        var (begin, length) = ((int)journal.LineEnds[^2], journal.Line(11).Length);
        torn.AsSpan(begin + 20).Clear();
        var half = JournalBytes.Stream(torn);
        Assert.InRange(half.Read().Count(), 0, 11);
        Assert.Contains($"a torn last line of {length} bytes at offset {begin}", half.Cut, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("{\"seq\":1,\"at\":\"2026-")]
    [InlineData("\0\0\0")]
    public void A_journal_of_which_only_a_torn_first_line_came_to_disk_is_empty(string text)
    {
        var stream = JournalBytes.Stream(Encoding.UTF8.GetBytes(text));
        var reading = JournalReading.Of(stream);
        Assert.Equal((null, null, 0L), (reading.State, reading.Conductor, reading.Length));
        Assert.Equal(text.Length > 0, reading.Cut is not null);
    }

    [Fact]
    public void A_first_line_that_is_ended_and_not_ours_is_no_empty_journal() => AssertDamaged([.. "hello\n"u8], "damaged at byte 0: not a whole line");

    [Fact]
    public void A_journal_that_is_not_there_is_empty()
    {
        var reading = JournalReading.Of(Path.Combine(Path.GetTempPath(), "no-such-folder", "journal.jsonl"));
        Assert.Equal(new JournalReading(null, null, 0, null), reading);
    }

    private static void AssertDamaged(byte[] bytes, string message)
    {
        var failure = Assert.Throws<FailureException>(() => JournalBytes.Stream(bytes).Read().Count()).Failure;
        Assert.Equal("journal_damaged", failure.Code);
        Assert.Contains(message, failure.Message, StringComparison.Ordinal);
    }

    private static string Shown(SessionState? state) =>
        state is null ? "" : JsonSerializer.Serialize(StatusView.From(state, new LiveInfo(DateTimeOffset.UnixEpoch)), ViewJson.Default.StatusView);
}
