using System.Text.Json;
using Tutti.Core;
using Tutti.Core.Plan;
using Tutti.Engine.Processes;
using Tutti.Engine.Sources;

namespace Tutti.ProcessTests.Sources;

public sealed class TaskMasterParallelTests : IDisposable
{
    private const int Writers = 8;
    private const int Rounds = 25;

    private static readonly SourceStatus[] Turns = [SourceStatus.InProgress, SourceStatus.Review, SourceStatus.Pending, SourceStatus.Done];

    // What proper-lockfile does, in a shell: make the folder, change the file, take the folder away. Each round adds one to its task's count.
    private const string Other =
        """
        id=$1; file=$2; n=0
        while [ $n -lt 25 ]; do
          until mkdir "$file.lock" 2>/dev/null; do sleep 0.005; done
          sed "s/\"shell$id\": $n\$/\"shell$id\": $((n+1))/; s/\"shell$id\": $n,/\"shell$id\": $((n+1)),/" "$file" > "$file.$id" && mv "$file.$id" "$file"
          rmdir "$file.lock"
          n=$((n+1))
        done
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("tutti-tasks-").FullName;
    private readonly TaskMasterSource _source = new(TimeProvider.System);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string Write()
    {
        var tasks = Enumerable.Range(1, Writers).Select(id => $"      {{ \"id\": {id}, \"status\": \"pending\" }}");
        var counts = Enumerable.Range(1, 3).Select(id => $"      \"shell{id}\": 0");
        var file = Path.Combine(_folder, "tasks.json");
        File.WriteAllText(file, $"{{\n  \"master\": {{\n    \"tasks\": [\n{string.Join(",\n", tasks)}\n    ],\n    \"metadata\": {{\n{string.Join(",\n", counts)}\n    }}\n  }}\n}}");
        return file;
    }

    [Fact]
    public async Task P10_no_update_is_lost_among_eight_writers_and_three_other_programs_with_the_same_lock()
    {
        var file = Write();
        var ours = Enumerable.Range(1, Writers).Select(id => Task.Factory.StartNew(
            () => Update(file, id), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default));
        var others = Enumerable.Range(1, 3).Select(id => CommandRunner.RunAsync(
            new Command("sh", ["-c", Other, "sh", $"{id}", file], _folder) { Environment = HostEnvironment.Base(), Limit = TimeSpan.FromMinutes(2) }));
        var ended = await Task.WhenAll([.. others, Task.WhenAll(ours).ContinueWith(done => { done.GetAwaiter().GetResult(); return new CommandResult(0, [], "", default); }, TaskScheduler.Default)]);
        Assert.All(ended, result => Assert.Equal((0, ""), (result.ExitCode, result.Error)));

        using var json = JsonDocument.Parse(File.ReadAllBytes(file));
        var master = json.RootElement.GetProperty("master");
        Assert.Equal([25, 25, 25], Enumerable.Range(1, 3).Select(id => master.GetProperty("metadata").GetProperty($"shell{id}").GetInt32()));
        Assert.All(_source.Read(file, null).Statuses.Values, status => Assert.Equal(SourceStatus.InProgress, status));
        Assert.Equal([file], Directory.GetFileSystemEntries(_folder));
    }

    // Each reads back what it wrote the time before: nobody else changes its task, so any other value is a lost update.
    private void Update(string file, int id)
    {
        var last = SourceStatus.Pending;
        for (var round = 0; round < Rounds; round++)
        {
            Assert.Equal(last, _source.Read(file, null).Statuses[$"{id}"]);
            last = Turns[round % Turns.Length];
            _source.Tell(file, null, $"{id}", last);
        }
    }

    [Fact]
    public void A_lock_left_by_a_crash_is_taken_over_and_a_held_one_is_waited_for_only_so_long()
    {
        var file = Write();
        var left = Directory.CreateDirectory(file + ".lock");
        left.LastWriteTimeUtc = DateTime.UtcNow.AddSeconds(-11);
        _source.Tell(file, null, "1", SourceStatus.Done);
        Assert.Equal(SourceStatus.Done, _source.Read(file, null).Statuses["1"]);

        // Somebody put a file into it: it cannot be taken over even when it is old.
        Directory.CreateDirectory(file + ".lock");
        File.WriteAllText(Path.Combine(file + ".lock", "x"), "");
        var failure = Assert.Throws<FailureException>(() => FolderLock.Take(file + ".lock", new QuickClock())).Failure;
        Assert.Equal(("source_locked", true), (failure.Code, failure.IsTransient));
    }

    // Waiting seems to take fifty times as long as it does.
    private sealed class QuickClock : TimeProvider
    {
        public override long GetTimestamp() => System.GetTimestamp() * 50;
    }

    [Fact]
    public void A_lock_that_was_taken_away_makes_the_change_start_again_on_what_is_there_now()
    {
        var file = Write();
        var stolen = false;
        SourceFile.Update(file, bytes =>
        {
            if (!stolen)
            {
                // Another program believes this one dead, takes the lock, changes the file and lets go.
                stolen = true;
                Directory.Delete(file + ".lock");
                File.WriteAllText(file, "theirs");
            }

            return [.. bytes, (byte)'!'];
        });
        Assert.Equal("theirs!", File.ReadAllText(file));
    }
}
