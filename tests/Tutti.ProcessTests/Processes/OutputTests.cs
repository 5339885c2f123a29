using System.Text;
using Tutti.Engine.Processes;
using Tutti.ProcessTests.Support;

namespace Tutti.ProcessTests.Processes;

public sealed class OutputTests : IAsyncDisposable
{
    private const long Room = 64L * 1024 * 1024;

    private readonly AttemptLab _lab = new();

    public ValueTask DisposeAsync() => _lab.DisposeAsync();

    [Theory]
    [InlineData("flood 300000000")]
    [InlineData("longline 50000000")]
    [InlineData("binary 3000000")]
    public async Task P26_a_flood_leaves_the_memory_flat(string step)
    {
        var folder = _lab.Folder();
        await AttemptProcess.StartAsync(folder, _lab.Agent(folder, step, "print", "print the end"));
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var peak = 0L;
        var watch = AttemptLab.Watch(folder);
        var last = "";
        await foreach (var line in OutputFollow.LinesAsync(folder.Stdout, 0, watch))
        {
            Assert.True(line.Length <= OutputFollow.LongestLine + 100);
            last = line;
            peak = Math.Max(peak, Used(before));
        }

        Assert.Equal("the end", last);
        Assert.EndsWith("the end\n", OutputTail.Read(folder.Stdout));
        Assert.True(peak - before < Room, $"{(peak - before) / 1024 / 1024} MB more than before");
    }

    // Other tests run in this process: what they have thrown away is not kept by anybody, so it is collected before it counts.
    private static long Used(long before)
    {
        var used = GC.GetTotalMemory(forceFullCollection: false);
        return used - before < Room ? used : GC.GetTotalMemory(forceFullCollection: true);
    }

    [Fact]
    public async Task A_tail_is_bounded_and_fit_to_be_shown()
    {
        var path = Path.Combine(_lab.Root, "out");
        await File.WriteAllTextAsync(path, "first é line\n\e[31mred\e[0m\0 bell\a\r\n" + string.Concat(Enumerable.Repeat("é", 50)) + "\n");
        Assert.Equal("first é line\nred bell\n" + string.Concat(Enumerable.Repeat("é", 50)) + "\n", OutputTail.Read(path));
        Assert.Equal("ééééé\n", OutputTail.Read(path, 12).TrimStart('\ufffd'));
        Assert.Equal("", OutputTail.Read(path + "-missing"));
    }

    [Fact]
    public async Task Following_sees_what_is_written_later_and_ends_when_told()
    {
        var path = Path.Combine(_lab.Root, "out");
        var ended = new TaskCompletionSource();
        var seen = new List<string>();
        var follow = Task.Run(async () =>
        {
            await foreach (var line in OutputFollow.LinesAsync(path, 0, ended.Task))
            {
                lock (seen)
                    seen.Add(line);
            }
        });
        var bytes = Encoding.UTF8.GetBytes("one\ntw\e[1mö\e[0m\nthree");
        foreach (var b in bytes)
        {
            await using var file = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite);
            file.WriteByte(b);
        }

        await AttemptLab.Until(() => { lock (seen) return seen.Count == 2; });
        ended.SetResult();
        await follow.WaitAsync(Waits.Patience);
        Assert.Equal(["one", "twö", "three"], seen);
    }

    [Fact]
    public async Task Cancelling_ends_following_at_once()
    {
        using var stop = new CancellationTokenSource();
        var follow = OutputFollow.LinesAsync(Path.Combine(_lab.Root, "never"), 0, new TaskCompletionSource().Task, stop.Token).GetAsyncEnumerator();
        var next = follow.MoveNextAsync().AsTask();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => next.WaitAsync(Waits.Patience));
    }
}
