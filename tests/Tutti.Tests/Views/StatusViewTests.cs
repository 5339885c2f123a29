using System.Text.Json;
using Tutti.Core.Session;
using Tutti.Core.Views;

namespace Tutti.Tests.Views;

public sealed class StatusViewTests
{
    [Fact]
    public void Json_has_every_name_of_the_spec()
    {
        using var json = Json(SessionScript.Everything());
        var root = json.RootElement;
        Has(root, "version", "session", "tasks", "totals", "eta_seconds", "resources");
        Has(root.GetProperty("session"), "id", "status", "target", "base", "started_at", "ended_at", "mode", "mode_reason", "max_agents");
        Has(root.GetProperty("totals"), "done", "failed", "blocked", "running", "pending", "cost_usd");
        foreach (var task in root.GetProperty("tasks").EnumerateArray())
        {
            Has(task, "id", "title", "state", "stage", "round", "branch", "commit", "landed_commit", "slot", "progress", "started_at", "ended_at", "cost_usd", "tokens", "attempts", "error");
            Has(task.GetProperty("tokens"), "input", "output", "cached");
            foreach (var attempt in task.GetProperty("attempts").EnumerateArray())
                Has(attempt, "number", "stage", "agent", "state", "exit_code", "pid");
        }

        Has(Task(json, "bad").GetProperty("error"), "category", "code", "message", "hint");
        Assert.Equal(1, root.GetProperty("version").GetInt32());
        Assert.Equal("verify", Task(json, "bad").GetProperty("error").GetProperty("category").GetString());
    }

    [Theory]
    [InlineData("done", "done", "land", 100)]
    [InlineData("bad", "failed", "develop", 0)]
    [InlineData("stuck", "blocked", null, 0)]
    [InlineData("ask", "needs-attention", "develop", 0)]
    [InlineData("gone", "cancelled", "develop", 0)]
    [InlineData("run", "running", "review", 66)]
    [InlineData("late", "pending", null, 0)]
    [InlineData("land", "landing", "land", 66)]
    [InlineData("free", "ready", null, 0)]
    [InlineData("held", "paused", null, 0)]
    public void Every_state_has_its_word(string id, string state, string? stage, int progress)
    {
        using var json = Json(SessionScript.Everything());
        var task = Task(json, id);
        Assert.Equal(state, task.GetProperty("state").GetString());
        Assert.Equal(stage, task.GetProperty("stage").GetString());
        Assert.Equal(progress, task.GetProperty("progress").GetInt32());
    }

    [Fact]
    public void Attempts_have_the_words_of_their_outcome()
    {
        using var json = Json(SessionScript.Everything());
        Assert.Equal(["failed", "timed-out"], Task(json, "bad").GetProperty("attempts").EnumerateArray().Select(a => a.GetProperty("state").GetString()));
        Assert.Equal(["succeeded", "running"], Task(json, "run").GetProperty("attempts").EnumerateArray().Select(a => a.GetProperty("state").GetString()));
        Assert.Equal(
            ["succeeded", "failed", "timed-out", "stalled", "cancelled", "interrupted", "lost", "handed-over", "over-budget", "superseded"],
            Enum.GetValues<AttemptOutcome>().Select(outcome => Words.Of(outcome)));
        Assert.Equal("e2e", Words.Of(Stage.E2e));
    }

    [Fact]
    public void Counts_add_up_to_the_total()
    {
        var totals = TotalsView.From(SessionScript.Everything().State);
        Assert.Equal((1, 1, 1, 2, 3, 1, 1, 10), (totals.Done, totals.Failed, totals.Blocked, totals.Running, totals.Pending, totals.NeedsAttention, totals.Cancelled, totals.Total));
        Assert.Equal(0.25m, totals.CostUsd);
    }

    [Theory]
    [InlineData(true, ShownStatus.Active)]
    [InlineData(null, ShownStatus.Active)]
    [InlineData(false, ShownStatus.Stale)]
    public void A_session_without_its_conductor_is_stale(bool? alive, ShownStatus status)
    {
        var script = SessionScript.Everything();
        Assert.Equal(status, StatusView.From(script.State, script.Live with { ConductorAlive = alive }).Session.Status);
    }

    [Fact]
    public void A_paused_session_without_its_conductor_is_stale_until_it_has_ended()
    {
        var script = new SessionScript(SessionScript.Plan("a")).Add(new SessionPaused("ada"));
        var dead = script.Live with { ConductorAlive = false };
        Assert.Equal(ShownStatus.Stale, SessionView.Shown(script.State, dead));
        script.Add(new SessionEnded(SessionStatus.Paused, 4, null));
        Assert.Equal(ShownStatus.Paused, SessionView.Shown(script.State, dead));
    }

    [Fact]
    public void Who_waits_says_for_what()
    {
        var script = SessionScript.Everything();
        var tasks = StatusView.From(script.State, script.Live).Tasks.ToDictionary(t => t.Id, StringComparer.Ordinal);
        Assert.Equal(["run"], tasks["late"].WaitsFor);
        Assert.Equal("waits for run", tasks["late"].Waiting);
        Assert.Equal(["bad"], tasks["stuck"].BlockedBy);
        Assert.Equal("paused by a person", tasks["held"].Waiting);
        Assert.Equal("number 1 in the landing queue", tasks["land"].Waiting);
        Assert.Null(tasks["run"].Waiting);
        Assert.Equal("its branch has commits that are nowhere else", tasks["bad"].Preserved);
        Assert.Equal(["b.cs is outside the claim"], tasks["done"].Notes);
    }

    [Fact]
    public void A_ready_task_says_why_it_does_not_start()
    {
        var plan = SessionScript.Plan("a", "b");
        var clash = plan with { Tasks = [.. plan.Tasks.Select(t => t with { Files = ["src/**"] })] };
        var script = new SessionScript(clash).Begin("a");
        Assert.Equal("a works on the same files", Waiting(script));
        Assert.Equal("the one agent is busy", Waiting(new SessionScript(plan, agents: 1).Begin("a")));
        Assert.Equal("memory is short", Waiting(script.Add(new GateClosed("memory is short"))));
        Assert.Equal("the session is paused", Waiting(script.Add(new SessionPaused("ada"))));
    }

    [Fact]
    public void What_an_agent_does_now_is_shown_only_while_its_attempt_lives()
    {
        var script = SessionScript.Everything();
        var activity = new AgentActivity("reading a.cs", script.Live.Now, 1.5, 300L << 20);
        var live = script.Live with { Activity = new Dictionary<string, AgentActivity>(StringComparer.Ordinal) { ["run"] = activity, ["done"] = activity } };
        var status = StatusView.From(script.State, live);
        Assert.Equal("reading a.cs", status.Tasks.Single(t => t.Id == "run").LastLine);
        Assert.Null(status.Tasks.Single(t => t.Id == "done").LastLine);
        Assert.Contains(status.Resources.Uses, use => use is { Task: "run", Agent: "codex", Cpu: 1.5, Slot: "wt-run" });
        Assert.Equal(300L << 20, status.Resources.MemoryBytes);
    }

    [Fact]
    public void Json_can_be_read_back()
    {
        var script = SessionScript.Everything();
        var text = JsonSerializer.Serialize(StatusView.From(script.State, script.Live), ViewJson.Default.StatusView);
        var again = JsonSerializer.Deserialize(text, ViewJson.Default.StatusView);
        Assert.Equal(text, JsonSerializer.Serialize(again!, ViewJson.Default.StatusView));
    }

    private static string Waiting(SessionScript script) => StatusView.From(script.State, script.Live).Tasks.Single(t => t.Id == "b").Waiting!;

    private static JsonDocument Json(SessionScript script) =>
        JsonDocument.Parse(JsonSerializer.Serialize(StatusView.From(script.State, script.Live), ViewJson.Default.StatusView));

    private static JsonElement Task(JsonDocument json, string id) =>
        json.RootElement.GetProperty("tasks").EnumerateArray().Single(t => t.GetProperty("id").GetString() == id);

    private static void Has(JsonElement element, params string[] names)
    {
        var there = element.EnumerateObject().Select(p => p.Name).ToHashSet(StringComparer.Ordinal);
        Assert.Empty(names.Except(there));
    }
}
