using System.Diagnostics;
using Tutti.Core;
using Tutti.Core.Session;
using Tutti.Engine.Journal;

namespace Tutti.Tests.Journal;

/// <summary>The journal as a file: the writer that cuts it, and the reader that follows it.</summary>
public sealed class JournalFilesTests : IDisposable
{
    private readonly SessionFolder _folder = new(Directory.CreateTempSubdirectory("tutti-journal-").FullName);
    private readonly JournalBytes _journal = JournalBytes.Simulated(2, 30);

    public void Dispose() => Directory.Delete(_folder.Path, recursive: true);

    [Fact]
    public void A_writer_cuts_what_is_half_written_and_goes_on_behind_what_is_whole()
    {
        foreach (var (end, events) in _journal.Decisions.SkipLast(1))
        {
            var next = _journal.Decisions.First(d => d.End > end);
            for (var torn = end + 1; torn < next.End; torn += 31)
            {
                File.WriteAllBytes(_folder.Journal, _journal.Bytes[..(int)torn]);
                using (var writer = JournalWriter.Open(_folder))
                {
                    Assert.Equal((end, (long)events), (writer.Reading.Length, writer.Reading.State!.Seq));
                    Assert.NotNull(writer.Reading.Cut);
                    Assert.Equal(end, new FileInfo(_folder.Journal).Length);
                    writer.Append([MaskedEvents.Of(writer, [.. _journal.Events.Skip(events).Take(next.Events - events)])]);
                }

                Assert.Equal(_journal.Bytes[..(int)next.End], File.ReadAllBytes(_folder.Journal));
            }
        }
    }

    [Fact]
    public void A_session_that_was_cleaned_away_at_this_moment_is_told_as_that()
    {
        var failure = Assert.Throws<FailureException>(() => JournalWriter.Open(new SessionFolder(Path.Combine(_folder.Path, "2026-01-31-001")))).Failure;
        Assert.Equal((FailureCode.SessionUnknown, FailureCategory.Input), (failure.Code, failure.Category));
    }

    [Fact]
    public void A_damaged_journal_is_left_as_it_is_by_everyone()
    {
        var bytes = _journal.Bytes.ToArray();
        bytes[_journal.LineEnds[9] + 30] ^= 4;
        byte[] torn = [.. bytes, .. "{\"seq\":"u8];
        File.WriteAllBytes(_folder.Journal, torn);
        Assert.Equal("journal_damaged", Assert.Throws<FailureException>(() => JournalWriter.Open(_folder)).Failure.Code);
        Assert.Equal("journal_damaged", Assert.Throws<FailureException>(() => JournalReading.Of(_folder.Journal)).Failure.Code);
        var failure = Assert.Throws<FailureException>(() => new JournalFollow(_folder, watch: false)).Failure;
        Assert.Contains($"damaged at byte {_journal.LineEnds[9]}:", failure.Message, StringComparison.Ordinal);
        var whole = _journal.Decisions.Last(d => d.Events <= 10).Events;
        Assert.Contains($"tutti replay {_folder.Id} --until {whole}'", failure.Hint, StringComparison.Ordinal);
        Assert.Contains($"tutti checkpoint restore {whole} --session {_folder.Id}'", failure.Hint, StringComparison.Ordinal);
        Assert.Equal(torn, File.ReadAllBytes(_folder.Journal));

        // The lock has not outlived the opening that failed.
        File.WriteAllBytes(_folder.Journal, _journal.Bytes);
        JournalWriter.Open(_folder).Dispose();
    }

    [Theory]
    [InlineData("0")]
    [InlineData("1000000")]
    public void There_is_no_position_before_the_first_event_or_after_the_last(string number)
    {
        File.WriteAllBytes(_folder.Journal, _journal.Bytes);
        Assert.Equal("out_of_range", Assert.Throws<FailureException>(() => JournalPosition.Find(_folder, number)).Failure.Code);
        Assert.Equal(_journal.Decisions[0].Events, JournalPosition.Find(_folder, "1").At.Seq);
    }

    [Fact]
    public void A_journal_of_a_newer_version_is_told_as_that_and_is_no_defect()
    {
        var of = JournalBytes.OfEveryType().Events;
        var newer = EventCodecTests.Resummed(EventCodec.Encode(of[1], more: false).Replace("\"v\":1", "\"v\":99", StringComparison.Ordinal));
        File.WriteAllText(_folder.Journal, $"{EventCodec.Encode(of[0], more: false)}\n{newer}\n");
        var failure = Assert.Throws<FailureException>(() => JournalReading.Of(_folder.Journal)).Failure;
        Assert.Equal((FailureCategory.Environment, "journal_damaged"), (failure.Category, failure.Code));
        Assert.Contains("cannot be read from byte", failure.Message, StringComparison.Ordinal);
        Assert.StartsWith("go on with that version; nothing was changed", failure.Hint, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("gone", "it is gone")]
    [InlineData("empty", "nothing of it is whole")]
    [InlineData("torn", "nothing of it is whole")]
    [InlineData("folder", "it is a folder")]
    [InlineData("dangling", "nothing of it is whole")]
    [InlineData("pipe", "nothing of it is whole")]
    public void A_lost_journal_is_not_taken_for_a_session_that_never_started(string how, string why)
    {
        Make(how);
        Assert.Null(JournalReading.Of(_folder.Journal).State);
        Directory.CreateDirectory(Path.Combine(_folder.Attempts, "auth"));

        foreach (var open in (Action[])[() => JournalReading.Of(_folder.Journal), () => JournalWriter.Open(_folder).Dispose(), () => new JournalFollow(_folder, watch: false).Dispose()])
        {
            var failure = Assert.Throws<FailureException>(open).Failure;
            Assert.Equal("journal_damaged", failure.Code);
            Assert.Contains($"{_folder.Journal} is damaged at byte 0: {why}", failure.Message, StringComparison.Ordinal);
            Assert.Contains($"git for-each-ref refs/tutti/{_folder.Id}/", failure.Hint, StringComparison.Ordinal);
        }

        // What is left of it may still be of use to somebody.
        if (how == "torn")
            Assert.Equal(40, new FileInfo(_folder.Journal).Length);
    }

    private void Make(string how)
    {
        switch (how)
        {
            case "empty":
                File.WriteAllBytes(_folder.Journal, []);
                break;
            case "torn":
                File.WriteAllBytes(_folder.Journal, _journal.Bytes[..40]);
                break;
            case "folder":
                Directory.CreateDirectory(_folder.Journal);
                break;
            case "dangling":
                File.CreateSymbolicLink(_folder.Journal, Path.Combine(_folder.Path, "nothing"));
                break;
            case "pipe":
                Process.Start("mkfifo", [_folder.Journal]).WaitForExit();
                break;
        }
    }

    [Fact]
    public void A_follower_takes_in_what_has_come_and_starts_over_where_a_writer_took_something_back()
    {
        var first = _journal.Decisions[2];
        File.WriteAllBytes(_folder.Journal, _journal.Bytes[..(int)first.End]);
        using var follow = new JournalFollow(_folder, watch: false);
        Assert.Equal(first.Events, follow.State!.Seq);
        Assert.False(follow.Read());

        // A half-written decision is none.
        var second = _journal.Decisions[3];
        File.WriteAllBytes(_folder.Journal, _journal.Bytes[..(int)(second.End - 1)]);
        Assert.False(follow.Read());
        File.WriteAllBytes(_folder.Journal, _journal.Bytes[..(int)second.End]);
        Assert.True(follow.Read());
        Assert.Equal(second.Events, follow.State!.Seq);

        // Taken back, and something else written in its place.
        var other = new Recorded(first.Events + 1, DateTimeOffset.UnixEpoch, new SessionPaused(new string('x', 500)));
        File.WriteAllBytes(_folder.Journal, [.. _journal.Bytes[..(int)first.End], .. System.Text.Encoding.UTF8.GetBytes(EventCodec.Encode(other, more: false) + "\n")]);
        Assert.True(follow.Read());
        Assert.Equal((first.Events + 1L, SessionStatus.Paused), (follow.State!.Seq, follow.State.Status));
    }
}
