using Tutti.Core;
using Tutti.Core.Plan;
using Tutti.Core.Session;

namespace Tutti.Tests.Scheduling;

/// <summary>A session driven by hand through the real decisions: slots are always to be had, and agents do what the test says.</summary>
internal sealed class Played
{
    public static readonly DateTimeOffset Start = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    private int _commits;

    /// <param name="tasks">Ids of independent tasks.</param>
    /// <param name="settings">With claude as every role's agent, and nobody for review and qa, unless said otherwise.</param>
    /// <param name="source">Where they come from; a plan, unless said otherwise.</param>
    public Played(string[] tasks, Settings? settings = null, SourceRef? source = null)
    {
        settings ??= Settings();
        var plan = new PlanSpec { Tasks = [.. tasks.Select(id => new TaskSpec { Id = id, Title = id })] };
        var started = new SessionStarted(
            "s", "seed", plan, settings, source ?? new SourceRef("plan"), new ModeChoice(true, "played", settings.MaxAgents), "main", "c0", tasks.ToDictionary(t => t, t => $"b/{t}"), null);
        State = Decide.Begin(started, Now).State;
        Take(new TakeUp(new ProcessRef(1, "1", "boot"), "1", false, false, "test"));
    }

    /// <summary>Whether a clean-up is over at once; otherwise the test says when.</summary>
    public bool CleansUp { get; init; } = true;

    public DateTimeOffset Now { get; private set; } = Start;

    public SessionState State { get; private set; }

    /// <summary>All events so far.</summary>
    public List<Event> Events { get; } = [];

    /// <summary>Effects of the last decision.</summary>
    public IReadOnlyList<Effect> Effects { get; private set; } = [];

    /// <summary>Tasks whose agent lives.</summary>
    public IEnumerable<string> Live => State.Tasks.Values.Where(t => t.Live is not null).Select(t => t.Id).Order(StringComparer.Ordinal);

    public static Settings Settings(params Role[] alsoWanted) => new()
    {
        Agent = "claude",
        MaxAgents = 9,
        Roles = new[] { Role.Review, Role.Qa }.Except(alsoWanted).ToDictionary(r => r, _ => new AgentChoice(AgentChoice.None)),
    };

    public Played Wait(TimeSpan time)
    {
        Now += time;
        Take(new TimePassed());
        return this;
    }

    public Played Hear(string task, Usage? usage = null, int? context = null, string? conversation = null, Failure? limit = null, DateTimeOffset? resetsAt = null)
    {
        Take(new AttemptHeard(task, Attempt(task)) { Usage = usage, Context = context, Conversation = conversation, Limit = limit, ResetsAt = resetsAt });
        return this;
    }

    /// <summary>The live attempt ends with a named failure.</summary>
    public Played Fail(string task, string code, DateTimeOffset? resetsAt = null)
    {
        Take(new AttemptIsOver(task, Attempt(task), AttemptOutcome.Failed, 1, null, new Failure(AgentFailure.Category(code), code, $"task {task}: {code}", "a hint")) { ResetsAt = resetsAt });
        return this;
    }

    /// <summary>The live attempt ends as said; what it left is collected.</summary>
    public Played End(string task, AttemptOutcome outcome = AttemptOutcome.Succeeded, StageResult? result = null, string? refused = null, bool work = true)
    {
        Take(new AttemptIsOver(task, Attempt(task), outcome, outcome == AttemptOutcome.Succeeded ? 0 : null, result) { Refused = refused, LastWords = "half of it is done" });
        return Collect(task, work);
    }

    /// <summary>What the last attempt left is collected, where that is due.</summary>
    public Played Collect(string task, bool work = true)
    {
        if (State.Tasks[task].Step == Step.Collecting)
            Take(new CollectEnded(task, State.Tasks[task].Attempts[^1].Number, work ? new Work($"w{++_commits}", ["a"], 1, [], []) : null, null));
        return this;
    }

    public void Take(Input input)
    {
        var decision = Decide.About(State, input, Now);
        State = decision.State;
        Events.AddRange(decision.Events.Select(e => e.Event));
        Effects = decision.Effects;
        foreach (var effect in decision.Effects)
            Perform(effect);
    }

    private int Attempt(string task) => State.Tasks[task].Attempts[^1].Number;

    // Everything but agents and landings happens at once.
    private void Perform(Effect effect)
    {
        switch (effect)
        {
            case LeaseSlot x:
                Nested(new SlotLeaseEnded(x.Task, new SlotHold($"wt-{x.Task}", $"/wt-{x.Task}", 1), null));
                break;
            case PrepareSlot x:
                Nested(new SlotPrepareEnded(x.Task, [], null));
                break;
            case CleanUp x when CleansUp:
                Nested(new CleanUpEnded(x.Task, x.Phase, false, null));
                break;
            case GiveBack:
                Nested(new GivenBack());
                break;
            default:
                break;
        }
    }

    private void Nested(Input input)
    {
        var before = Effects;
        Take(input);
        Effects = [.. before, .. Effects];
    }
}
