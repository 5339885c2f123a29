using Tutti.Core;
using Tutti.Core.Session;
using Tutti.Tests.Views;

namespace Tutti.Tests.Session;

public sealed class CheckpointsTests
{
    private static readonly ProcessRef Self = new(1, "0", "boot");
    private static readonly DateTimeOffset Now = SessionScript.Start.AddHours(1);

    [Theory]
    [InlineData("a", true)]
    [InlineData("before-lunch_2.1", true)]
    [InlineData("", false)]
    [InlineData("-a", false)]
    [InlineData(".a", false)]
    [InlineData("a b", false)]
    [InlineData("a/b", false)]
    [InlineData("a\n", false)]
    [InlineData("ä", false)]
    public void A_name_is_a_word_that_a_shell_takes_as_it_is(string name, bool good) => Assert.Equal(good, Checkpoints.IsName(name));

    [Fact]
    public void A_person_gets_the_name_once_however_often_the_request_is_read()
    {
        var script = new SessionScript(SessionScript.Plan("a", "b<a")).Begin("a");
        var asked = new Control(ControlVerb.Checkpoint, [], 0, "ada") { Name = "here", Why = "lunch" };
        var first = Decide.About(script.State, asked, Now);
        var made = Assert.IsType<CheckpointCreated>(Assert.Single(first.Events).Event);
        Assert.Equal(("here", "lunch", "ada"), (made.Name, made.Why, made.By));
        Assert.Equal("0 of 2 tasks done, at work: a (develop), 1 pending; main at 1a2b3c4d", made.Summary);
        Assert.Empty(first.Effects);
        Assert.Empty(Decide.About(first.State, asked, Now).Events);
        Assert.Empty(Decide.About(first.State, asked with { Name = "no name" }, Now).Events);
        Assert.Empty(Decide.About(first.State, asked with { Name = null }, Now).Events);
        Assert.Equal(script.State.Seq + 1, Checkpoints.Named(first.State, "here")!.Seq);
    }

    [Fact]
    public void Each_group_but_the_last_gets_one_at_its_end_and_no_second_when_it_is_opened_again()
    {
        var state = Start(new Settings { MaxAgents = 4 }, "a", "b", "c<a", "d<c");
        var events = Play(ref state, fails: "b");
        Assert.Equal(["group-1", "group-2"], Made(events).Select(c => c.Name));
        Assert.Equal([1, 2], Made(events).Select(c => c.Group));
        var seqs = events.Where(r => r.Event is TaskLanded or TaskFailed).ToDictionary(r => ((TaskEvent)r.Event).Task, r => r.Seq);
        var ends = events.Where(r => r.Event is CheckpointCreated).Select(r => r.Seq).ToList();
        Assert.True(ends[0] > seqs["a"] && ends[0] > seqs["b"] && ends[1] > seqs["c"] && ends[1] < seqs["d"]);

        var again = Decide.About(state, new TakeUp(Self, "test", Resume: true, RetryFailed: true, "ada"), Now);
        Assert.Equal(["resume"], Made(again.Events).Select(c => c.Name));
        state = again.State;
        Assert.Empty(Made(Play(ref state)));
        Assert.Equal(SessionStatus.Completed, state.Status);
    }

    [Fact]
    public void A_conductor_that_dies_again_and_again_does_not_flood_the_journal()
    {
        var state = Start(new Settings(), "a", "b");
        var made = 0;
        for (var crash = 0; crash < 100; crash++)
        {
            var decision = Decide.About(state, new TakeUp(Self, "test", Resume: true, RetryFailed: false, "ada"), Now);
            made += Made(decision.Events).Count();
            Assert.True(decision.Events.Count <= 2);
            state = decision.State;
        }

        Assert.Equal(1, made);
        state = Decide.About(state, new SlotLeaseEnded("a", new SlotHold("wt-1", "/slots/wt-1", 1), null), Now).State;
        var after = Decide.About(state, new TakeUp(Self, "test", Resume: true, RetryFailed: false, "ada"), Now);
        Assert.Equal("crash.2", Made(after.Events).Single().Name);
        Assert.IsType<ConductorStarted>(after.Events[1].Event);
    }

    [Fact]
    public void A_session_that_stops_after_each_group_goes_on_with_the_next_at_a_resume()
    {
        var state = Start(new Settings { Boundary = Boundary.Group, MaxAgents = 4 }, "a", "b", "c<a", "d<c");
        for (var group = 1; group <= 2; group++)
        {
            Play(ref state);
            Assert.Equal((SessionStatus.Paused, ExitCodes.PersonMustAct, "group_boundary"), (state.Status, state.ExitCode, state.Ending!.Reason!.Code));
            Assert.Contains($"group {group} of 3", state.Ending.Reason.Message, StringComparison.Ordinal);
            Assert.Contains($"with group {group + 1}", state.Ending.Reason.Hint, StringComparison.Ordinal);
            state = Decide.About(state, new TakeUp(Self, "test", Resume: true, RetryFailed: false, "ada"), Now).State;
        }

        Play(ref state);
        Assert.Equal((SessionStatus.Completed, 4), (state.Status, state.Count(TaskPhase.Done)));
    }

    [Fact]
    public void A_boundary_that_is_asked_for_in_the_middle_counts_from_the_group_that_is_open()
    {
        var state = Start(new Settings(), "a", "b<a", "c<b");
        Play(ref state, until: s => s.Tasks["b"].Phase == TaskPhase.Running);
        state = Decide.About(state, new SettingsRead(state.Settings with { Boundary = Boundary.Group }, null), Now).State;
        Play(ref state);
        Assert.Equal((TaskPhase.Done, TaskPhase.Pending, "group_boundary"), (state.Tasks["b"].Phase, state.Tasks["c"].Phase, state.Ending!.Reason!.Code));
        Assert.Contains("group 2 of 3", state.Ending.Reason.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_restored_session_waits_then_takes_work_along_and_starts_what_had_none()
    {
        var work = new Work("head-b", ["b.txt"], 1, [], []);
        var state = Restored(new Settings { Verify = ["true"] }, new() { ["b"] = new("base-b", "head-b", work, IsDeveloped: true), ["c"] = new("base-c", "head-c", work with { Head = "head-c" }, IsDeveloped: false) }, "a", "b<a", "c<a", "d<a");
        Assert.Equal((SessionStatus.Paused, TaskPhase.Done, 3), (state.Status, state.Tasks["a"].Phase, state.Count(TaskPhase.Pending)));
        Assert.NotNull(state.EndedAt);
        Assert.Empty(Recover.Effects(state));

        state = Decide.About(state, new TakeUp(Self, "test", Resume: true, RetryFailed: false, "ada"), Now).State;
        Assert.Equal(("base-b", "base-c", "c0"), (state.Tasks["b"].Base, state.Tasks["c"].Base, state.Tasks["d"].Base));
        var events = Play(ref state);
        Assert.Equal((SessionStatus.Completed, 4), (state.Status, state.Count(TaskPhase.Done)));
        Assert.Equal((Stage.Verify, Stage.Develop, Stage.Develop), (state.Tasks["b"].Attempts[0].Stage, state.Tasks["c"].Attempts[0].Stage, state.Tasks["d"].Attempts[0].Stage));
        Assert.Equal("head-c", events.Select(r => r.Event).OfType<AttemptStarted>().First(e => e.Task == "c").Commit);
        Assert.Equal("head-b", events.Select(r => r.Event).OfType<LandingStarted>().First(e => e.Task == "b").Head);
        Assert.Empty(state.Tasks["a"].Attempts);
        Assert.Equal(["b", "c"], events.Select(r => r.Event).OfType<WorkTakenUp>().Select(e => e.Task).Order());
    }

    [Fact]
    public void Work_is_taken_along_also_where_the_slot_fails_first_and_where_nothing_follows_develop()
    {
        var work = new Work("head-a", ["a.txt"], 1, [], []);
        var state = Restored(new Settings(), new() { ["a"] = new("base-a", "head-a", work, IsDeveloped: true) }, landed: false, "a");
        state = Decide.About(state, new TakeUp(Self, "test", Resume: true, RetryFailed: false, "ada"), Now).State;
        state = Decide.About(state, new SlotLeaseEnded("a", null, new Failure(FailureCategory.Git, "lease", "no slot")), Now).State;
        state = Decide.About(state, new TimePassed(), Now.AddHours(1)).State;
        Assert.Equal(("base-a", Step.Leasing), (state.Tasks["a"].Base, state.Tasks["a"].Step));
        var events = Play(ref state);
        Assert.Equal((TaskPhase.Done, "head-a"), (state.Tasks["a"].Phase, state.Tasks["a"].Head));
        Assert.DoesNotContain(state.Tasks["a"].Attempts, a => a.Stage != Stage.Land);
        Assert.Contains(events, r => r.Event is PreparationStarted);
    }

    private static IEnumerable<CheckpointCreated> Made(IEnumerable<Recorded> events) => events.Select(r => r.Event).OfType<CheckpointCreated>();

    private static SessionStarted Started(Settings settings, string[] tasks)
    {
        var plan = SessionScript.Plan(tasks) with { Verify = [] };
        return new SessionStarted("s", "seed", plan, settings, new SourceRef("plan"), new ModeChoice(true, "for a test", 4), "main", "c0", plan.Tasks.ToDictionary(t => t.Id, t => $"feature/{t.Id}"), null);
    }

    private static SessionState Start(Settings settings, params string[] tasks)
    {
        var begun = Decide.Begin(Started(settings, tasks), Now).State;
        return Decide.About(begun, new TakeUp(Self, "test", false, false, "ada"), Now).State;
    }

    private static SessionState Restored(Settings settings, Dictionary<string, RestoredWork> work, params string[] tasks) => Restored(settings, work, landed: true, tasks);

    private static SessionState Restored(Settings settings, Dictionary<string, RestoredWork> work, bool landed, params string[] tasks)
    {
        var begun = Decide.Begin(Started(settings, tasks), Now).State;
        var all = new Dictionary<string, string>();
        if (landed)
            all[tasks[0]] = "c0";
        return Fold.Apply(begun, new Recorded(2, Now, new SessionRestored("before", "half", 17, all, work)));
    }

    // All goes well, but for agents of one task.
    private static List<Recorded> Play(ref SessionState state, string? fails = null, Func<SessionState, bool>? until = null)
    {
        var events = new List<Recorded>();
        for (var step = 0; state.EndedAt is null && until?.Invoke(state) != true; step++)
        {
            Assert.True(step < 1000, "it does not end");
            var input = Recover.Effects(state).Select(e => Outcome(e, fails)).FirstOrDefault(i => i is not null) ?? new TimePassed();
            var decision = Decide.About(state, input, Now.AddHours(step));
            events.AddRange(decision.Events);
            state = decision.State;
        }

        return events;
    }

    private static Input? Outcome(Effect effect, string? fails) => effect switch
    {
        LeaseSlot x => new SlotLeaseEnded(x.Task, new SlotHold($"wt-{x.Task}", $"/slots/{x.Task}", 20000), null),
        PrepareSlot x => new SlotPrepareEnded(x.Task, [], null),
        RunAttempt x when x.Task == fails => new AttemptIsOver(x.Task, x.Number, AttemptOutcome.Failed, 1),
        RunAttempt x => new AttemptIsOver(x.Task, x.Number, AttemptOutcome.Succeeded, 0),
        CollectWork x => new CollectEnded(x.Task, x.Number, new Work($"w-{x.Task}", ["a"], 1, [], []), null),
        MergeBranch x => new MergeEnded(x.Task, x.Onto, $"m-{x.Task}", null),
        MoveTarget x => new MoveEnded(x.Task, x.To, null, null),
        CleanUp x => new CleanUpEnded(x.Task, x.Phase, true, null),
        GiveBack => new GivenBack(),
        _ => null,
    };
}
