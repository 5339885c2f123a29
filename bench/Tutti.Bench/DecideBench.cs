using System.Diagnostics;
using Tutti.Core;
using Tutti.Core.Plan;
using Tutti.Core.Session;

namespace Tutti.Bench;

/// <summary>The core alone: every decision of a whole session in which all goes well, per event, in a large plan against a small one.</summary>
internal static class DecideBench
{
    private const int Small = 100;
    private const int Large = 10_000;

    public static Task<IReadOnlyList<Row>> RunAsync()
    {
        PerEvent(Small);
        PerEvent(Small);
        var small = Row.Median(Enumerable.Range(0, 41).Select(_ => PerEvent(Small)));
        var large = Row.Median(Enumerable.Range(0, 5).Select(_ => PerEvent(Large)));
        return Task.FromResult<IReadOnlyList<Row>>([new Row("Decide + Fold per event, 10,000 tasks against 100", large, small, 3, "us")]);
    }

    private static double PerEvent(int tasks)
    {
        var plan = Plan(tasks);
        var branches = plan.Tasks.ToDictionary(t => t.Id, t => $"feature/{t.Id}");
        var settings = new Settings { MaxAgents = 8, Verify = ["true"] };
        var now = DateTimeOffset.UnixEpoch;
        var state = Decide.Begin(new SessionStarted("s", "seed", plan, settings, new SourceRef("plan"), new ModeChoice(true, "bench", 8), "main", "c0", branches, null), now).State;
        var effects = new Queue<Effect>();
        var events = 0;
        var start = Stopwatch.GetTimestamp();
        Input? next = new TakeUp(new ProcessRef(1, "1", "b"), "bench", false, false, "bench");
        while (next is not null)
        {
            now += TimeSpan.FromMilliseconds(1);
            var decision = Decide.About(state, next, now);
            state = decision.State;
            events += decision.Events.Count;
            foreach (var effect in decision.Effects)
                effects.Enqueue(effect);
            next = effects.TryDequeue(out var first) ? Outcome(first, state) : null;
        }

        if (state.Count(TaskPhase.Done) != tasks)
            throw new InvalidOperationException($"only {state.Count(TaskPhase.Done)} of {tasks} tasks are done");
        return Stopwatch.GetElapsedTime(start).TotalMicroseconds / events;
    }

    // One in four depends on the one before it; one in five claims a folder of its own.
    private static PlanSpec Plan(int tasks) => new()
    {
        Tasks =
        [
            .. Enumerable.Range(0, tasks).Select(i => new TaskSpec
            {
                Id = $"t{i}",
                Title = $"Task {i}",
                DependsOn = i % 4 == 3 ? [$"t{i - 1}"] : [],
                Files = i % 5 == 0 ? [$"d{i}/**"] : [],
                Complexity = 1 + (i % 10),
            }),
        ],
    };

    private static Input? Outcome(Effect effect, SessionState state) => effect switch
    {
        LeaseSlot x => new SlotLeaseEnded(x.Task, new SlotHold($"wt-{x.Task}", "/slot", 20000), null),
        RunAttempt x => new AttemptIsOver(x.Task, x.Number, AttemptOutcome.Succeeded, 0),
        CollectWork x => new CollectEnded(x.Task, x.Number, new Work($"w-{x.Task}", ["a"], 1, [], []), null),
        MergeBranch x => new MergeEnded(x.Task, x.Onto, $"m-{x.Task}", null),
        MoveTarget x => new MoveEnded(x.Task, x.To, null, null),
        CleanUp x => new CleanUpEnded(x.Task, x.Phase, true, null),
        GiveBack => new GivenBack(),
        Finish => null,
        _ => throw new InvalidOperationException($"{effect.GetType().Name} does not happen when all goes well in {state.Id}"),
    };
}
