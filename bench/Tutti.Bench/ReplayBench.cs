using System.Diagnostics;
using System.Text;
using Tutti.Core;
using Tutti.Core.Plan;
using Tutti.Core.Session;
using Tutti.Engine.Journal;

namespace Tutti.Bench;

/// <summary>A journal of a million events against one of ten thousand of the same 100 tasks: read and folded, and shown by <c>tutti replay</c>.</summary>
internal static class ReplayBench
{
    private const int Tasks = 100;
    private const int Small = 10_000;
    private const int Large = 1_000_000;
    private const string Commit = "1a2b3c4d5e6f7a8b9c0d1e2f3a4b5c6d7e8f9a0b";

    public static async Task<IReadOnlyList<Row>> RunAsync()
    {
        using var scratch = new Scratch();
        var (small, large) = (await PlaceAsync(scratch, "small", Small), await PlaceAsync(scratch, "large", Large));
        PerEvent(small.Journal, Small);
        var few = Row.Median(Enumerable.Range(0, 41).Select(_ => PerEvent(small.Journal, Small)));
        var many = PerEvent(large.Journal, Large);
        await scratch.RunAsync(small.Folder, Scratch.Tutti, "replay", "--json");
        var (little, _) = await ShownAsync(scratch, small.Folder);
        var (much, seconds) = await ShownAsync(scratch, large.Folder);
        return
        [
            new Row("journal read and folded per event, 1,000,000 against 10,000", many, few, 1.5, "us"),
            new Row("tutti replay of 1,000,000 events, start to exit", seconds, null, double.PositiveInfinity, "s"),
            new Row("its largest resident set, against that of 10,000 events", much, little, 1.5, "MB"),
        ];
    }

    private static double PerEvent(string journal, int events)
    {
        var start = Stopwatch.GetTimestamp();
        var state = JournalReading.Of(journal).State!;
        var time = Stopwatch.GetElapsedTime(start).TotalMicroseconds;
        return state.Seq == events && state.Count(TaskPhase.Done) == Tasks ? time / events : throw new InvalidOperationException($"{journal} comes to {state.Seq} events");
    }

    private static async Task<(double Megabytes, double Seconds)> ShownAsync(Scratch scratch, string folder)
    {
        var use = new ConductorUse(folder);
        var run = scratch.RunAsync(folder, Scratch.Tutti, "replay", "--json");
        while (!run.IsCompleted)
        {
            use.Look();
            await Task.WhenAny(run, Task.Delay(10));
        }

        return (use.PeakMegabytes, (await run).TotalSeconds);
    }

    private static async Task<(string Folder, string Journal)> PlaceAsync(Scratch scratch, string name, int events)
    {
        var folder = await scratch.RepositoryAsync(name, 1);
        var session = SessionFolder.Create(Path.Combine(folder, ".git", "tutti"), DateTimeOffset.UnixEpoch);
        await using var file = new FileStream(session.Journal, FileMode.Create, FileAccess.Write, FileShare.Read, 1024 * 1024);
        var seq = 0;
        foreach (var e in Session(session.Id, events))
        {
            var recorded = new Recorded(++seq, DateTimeOffset.UnixEpoch.AddSeconds(seq), e, e is TaskEvent about ? $"{about.Task}/1" : session.Id, seq == 1 ? null : seq - 1);
            file.Write(Encoding.UTF8.GetBytes(EventCodec.Encode(recorded, more: false) + "\n"));
        }

        return (folder, session.Journal);
    }

    // Most of a long journal is agents that tell of themselves.
    private static IEnumerable<Event> Session(string id, int events)
    {
        var plan = new PlanSpec { Tasks = [.. Enumerable.Range(1, Tasks).Select(i => new TaskSpec { Id = $"t{i}", Title = $"Task {i}" })] };
        yield return new SessionStarted(id, "seed", plan, new Settings(), new SourceRef("plan"), new ModeChoice(true, "bench", 8), "main", Commit, plan.Tasks.ToDictionary(t => t.Id, t => $"feature/{t.Id}"), null);
        var told = (events - 1 - (11 * Tasks)) / Tasks;
        var rest = events - 1 - ((11 + told) * Tasks);
        foreach (var task in plan.Tasks.Select(t => t.Id))
        {
            yield return new TaskStarted(task, $"feature/{task}", Commit);
            yield return new SlotLeased(task, new SlotHold("wt-1", "/slots/wt-1", 20000));
            yield return new AttemptStarted(task, 1, Stage.Develop, 1, "claude", Place.Slot, null);
            for (var i = 1; i <= told + (task == "t1" ? rest : 0); i++)
                yield return new AttemptTold(task, 1, i == 1 ? $"conversation of {task}" : null, null, new Usage(1000L * i, 100L * i, 10L * i, 0.01m * i), i % 80);
            yield return new AttemptEnded(task, 1, AttemptOutcome.Succeeded, 0, null, null, null, null);
            yield return new WorkCollected(task, 1, new Work(Commit, ["a.cs", "b.cs"], 2, [], []));
            yield return new TaskFinished(task);
            yield return new LandingStarted(task, Commit, Commit);
            yield return new LandingMerged(task, Commit, Commit);
            yield return new TargetMoving(task, Commit, [task]);
            yield return new TaskLanded(task, Commit, false);
            yield return new TaskCleaned(task, TaskPhase.Done, true, null);
        }
    }
}
