using Tutti.ProcessTests.Support;

namespace Tutti.ProcessTests.Proof;

/// <summary>A disk that is full, broken or read-only at each place that writes: it is told as what it is, no task fails for it, and the session resumes.</summary>
public class DiskFaultTests
{
    [Theory]
    [InlineData("journal.write:3=enospc", "the disk is full")]
    [InlineData("journal.half:4=enospc", "the disk is full")]
    [InlineData("journal.written:5=eio", "does not work as it should")]
    [InlineData("journal.written:2=erofs", "cannot be written")]
    [InlineData("journal.write:9=eio", "does not work as it should")]
    public async Task What_the_journal_cannot_take_stops_the_conductor_and_nothing_of_it_has_begun(string fault, string told)
    {
        await using var story = new Story();
        await StopsAsync(story, fault, "its journal cannot be written", told);
        Assert.All(story.Lab.Journaled()!.Tasks.Values, task => Assert.Null(task.Failure));
        await EndsAsync(story);
    }

    // Once: what is in the pool's trash goes, and it is tried again.
    [Theory]
    [InlineData("pool.write=enospc")]
    [InlineData("pool.written:3=enospc")]
    [InlineData("attempt-file.write=enospc")]
    [InlineData("attempt-file.written:2=enospc")]
    [InlineData("source.write=enospc")]
    [InlineData("source.written:2=enospc")]
    [InlineData("status.write:*=enospc")]
    public async Task A_disk_that_has_room_again_at_the_second_try_is_no_reason_to_stop(string fault)
    {
        await using var story = new Story();
        (await story.Conduct(fault).EndAsync()).Exits(0);
        story.AssertAsIfNothingHadHappened();
    }

    [Theory]
    [InlineData("pool.write:*=enospc", "the disk is full")]
    [InlineData("pool.written:2=erofs", "cannot be written")]
    [InlineData("attempt-file.write:*=enospc", "the disk is full")]
    [InlineData("attempt-file.written:1=eio", "does not work as it should")]
    [InlineData("source.write:*=enospc", "the disk is full")]
    [InlineData("source.written:3=erofs", "cannot be written")]
    [InlineData("collect-work.before=emfile", "the system gives no more files or processes")]
    public async Task A_disk_that_stays_full_or_is_broken_stops_the_conductor_and_no_task_is_to_blame(string fault, string told)
    {
        await using var story = new Story();
        await StopsAsync(story, fault, told, "'tutti resume'");
        Assert.All(story.Lab.Journaled()!.Tasks.Values, task => Assert.Null(task.Failure));
        await EndsAsync(story);
    }

    [Fact]
    public async Task A_journal_that_may_not_be_written_is_said_to_be_so_and_not_to_be_busy()
    {
        await using var story = new Story();
        Assert.Equal(137, (await story.Conduct("journal.synced:6").PlainEndAsync()).ExitCode);
        var session = story.Lab.Sessions[0];
        await Waits.UntilAsync("no agent works any more", () => story.Lab.Processes().Count == 0);
        // Root may write everywhere but into a folder that stands where a file is meant.
        File.Delete(session.Lock);
        Directory.CreateDirectory(session.Lock);
        var result = await story.Conduct().PlainEndAsync();
        Assert.Equal(3, result.ExitCode);
        Assert.Contains("its journal cannot be written", result.Error);
        Directory.Delete(session.Lock);
        await EndsAsync(story);
    }

    private static async Task StopsAsync(Story story, string fault, params string[] told)
    {
        var result = await story.Conduct(fault).PlainEndAsync();
        Assert.True(result.ExitCode == 3, $"exit code {result.ExitCode}\n{result.Error}");
        Assert.All(told, words => Assert.Contains(words, result.Error));
        Assert.DoesNotContain("defect", result.Error);
    }

    private static async Task EndsAsync(Story story)
    {
        (await story.Conduct().EndAsync()).Exits(0);
        story.AssertAsIfNothingHadHappened();
    }
}
