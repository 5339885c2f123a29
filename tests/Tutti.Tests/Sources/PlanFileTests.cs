using System.Text.Json;
using Tutti.Core;
using Tutti.Core.Plan;
using Tutti.Engine.Sources;

namespace Tutti.Tests.Sources;

public sealed class PlanFileTests
{
    // SPEC 6, word for word.
    private const string Example = """
        version: 1
        target: main                    # optional
        setup: ["npm ci"]               # once in each slot, again in every fresh tree
        verify: ["npm test"]            # on each task's branch, and on every merged state before the target moves
        copy: [".env"]                  # ignored files a slot needs (allow-list)
        roles:                          # agent per role; a task may override
          develop: { agent: claude, model: sonnet }
          review:  { agent: codex }
          qa:      { agent: none }      # none skips the role; verify commands always run
        tasks:
          - id: auth
            title: Add authentication
            description: |
              What to do, and how one sees that it is done.
            depends_on: [rename]
            priority: high              # critical, high, medium, low
            complexity: 5               # 1 to 10
            work_type: backend          # frontend adds the e2e stage
            files: ["src/auth/**"]      # claimed paths
            verify: ["npm test -- auth"]
            agent: claude               # for develop and correct; or per role: {develop: claude, correct: claude, review: codex}
            timeout: 30m
          - id: rename
            title: Rename a symbol everywhere
            agent: shell
            run: "sed -i s/old/new/g src/*.js"
        """;

    [Fact]
    public void The_example_of_the_specification_is_read_whole()
    {
        var plan = PlanFile.Parse(Example, "plan.yaml");
        Assert.Equal(("main", 1), (plan.Target, plan.Version));
        Assert.Equal((["npm ci"], ["npm test"], [".env"]), (plan.Setup.ToArray(), plan.Verify.ToArray(), plan.Copy.ToArray()), Lists);
        Assert.Equal(new AgentChoice("claude", "sonnet"), plan.Roles[Role.Develop]);
        Assert.Equal(new AgentChoice("none"), plan.Roles[Role.Qa]);
        var auth = plan.Tasks[0];
        Assert.Equal(("auth", "Add authentication", Priority.High, 5, "backend"), (auth.Id, auth.Title, auth.Priority, auth.Complexity, auth.WorkType));
        Assert.Equal("What to do, and how one sees that it is done.\n", auth.Description);
        Assert.Equal((["rename"], ["src/auth/**"], ["npm test -- auth"]), (auth.DependsOn.ToArray(), auth.Files.ToArray(), auth.Verify.ToArray()), Lists);
        Assert.Equal(new AgentChoice("claude"), auth.Agents[Role.Develop]);
        Assert.Equal(new AgentChoice("claude"), auth.Agents[Role.Correct]);
        Assert.Equal(2, auth.Agents.Count);
        Assert.Equal(TimeSpan.FromMinutes(30), auth.Timeout);
        Assert.Equal("sed -i s/old/new/g src/*.js", plan.Tasks[1].Run);
    }

    [Theory]
    [InlineData(PlanFormat.Yaml, "plan.yaml")]
    [InlineData(PlanFormat.Json, "plan.json")]
    [InlineData(PlanFormat.Json, "plan.yaml")]
    public void The_example_reads_back_the_same_after_writing(PlanFormat format, string name)
    {
        var plan = PlanFile.Parse(Example, "plan.yaml");
        AssertSame(plan, PlanFile.Parse(PlanFile.Write(plan, format), name));
    }

    [Theory]
    [InlineData(PlanFormat.Yaml, "plan.yaml")]
    [InlineData(PlanFormat.Json, "plan.json")]
    public void Every_key_and_hostile_text_read_back_the_same(PlanFormat format, string name)
    {
        var plan = new PlanSpec
        {
            Target = "feature/x: y",
            Setup = ["echo \"a: b\" # c", "yes"],
            Verify = [new string('x', 300)],
            Copy = ["- .env"],
            Roles = new Dictionary<Role, AgentChoice> { [Role.Review] = new("shell", null, "a\nb"), [Role.E2e] = new(null, "opus"), [Role.Plan] = new("none") },
            Tasks =
            [
                new()
                {
                    Id = "5.10",
                    Title = "--upload-pack: 'x' \u001b[31m 😀",
                    Description = "# Head\n\n  - [ ] indented\n\ttab\ntrailing  \n\n\n",
                    DependsOn = ["007", "no", "日本"],
                    Priority = Priority.Critical,
                    Complexity = 10,
                    WorkType = "frontend",
                    Files = ["*.md", "[a]", "{b}", "!c"],
                    Verify = ["true"],
                    Agents = new Dictionary<Role, AgentChoice> { [Role.Develop] = new("claude", "m"), [Role.Qa] = new("none") },
                    Run = "cat <<'X'\n  y\nX\n",
                    Timeout = TimeSpan.FromMilliseconds(5415_250),
                    Estimate = TimeSpan.FromHours(30),
                    AcceptanceCriteria = ["one\ntwo", "three"],
                    Milestone = "v1.0",
                    Land = LandMode.Manual,
                },
                new() { Id = "007", Title = "true", Description = " leading", Agents = new Dictionary<Role, AgentChoice> { [Role.Develop] = new("a"), [Role.Correct] = new("a") } },
                new() { Id = "no", Title = "~", Description = "a\r\nb\u2028c" },
                new() { Id = "日本", Title = "t", Description = "\n\nx\n \ny" },
            ],
        };
        AssertSame(plan, PlanFile.Parse(PlanFile.Write(plan, format), name));
    }

    [Fact]
    public void A_plan_is_written_readably_without_defaults()
    {
        var plan = new PlanSpec
        {
            Verify = ["npm test"],
            Roles = new Dictionary<Role, AgentChoice> { [Role.Review] = new("codex"), [Role.Develop] = new("claude", "sonnet") },
            Tasks =
            [
                new() { Id = "8", Title = "Add authentication", Description = "What to do.\nHow one sees it.\n", Files = ["src/auth/**"] },
                new() { Id = "docs", Title = "Tell: how", DependsOn = ["8"], Agents = new Dictionary<Role, AgentChoice> { [Role.Develop] = new("codex"), [Role.Correct] = new("codex") } },
            ],
        };
        Assert.Equal(
            """
            version: 1
            verify: [npm test]
            roles:
              develop: { agent: claude, model: sonnet }
              review: codex
            tasks:
              - id: "8"
                title: Add authentication
                description: |
                  What to do.
                  How one sees it.
                files: [src/auth/**]
              - id: docs
                title: "Tell: how"
                depends_on: ["8"]
                agent: codex

            """,
            PlanFile.Write(plan, PlanFormat.Yaml));
    }

    [Theory]
    [InlineData("version: 2\nfuture: x\ntasks: []", "plan_version", "plan version 2 is not known, in p.yaml line 1", "this Tutti reads version 1")]
    [InlineData("taks:\n- id: a", "unknown_key", "unknown key 'taks' in p.yaml line 1", "did you mean 'tasks'?")]
    [InlineData("tasks:\n- id: a\n  titel: x", "unknown_key", "unknown key 'titel' in p.yaml line 3", "did you mean 'title'?")]
    [InlineData("tasks: {a: b}", "wrong_type", "tasks must be a list, not a map, in p.yaml line 1", null)]
    [InlineData("tasks:\n- just text", "wrong_type", "tasks item 1 must be a map of keys and values, not 'just text', in p.yaml line 2", null)]
    [InlineData("- id: a", "wrong_type", "the document must be a map of keys and values, not a list, in p.yaml line 1", null)]
    [InlineData("tasks:\n- title: x", "missing_key", "tasks item 1 has no id, in p.yaml line 2", "each task needs an id of its own")]
    [InlineData("tasks:\n-\n  id: a", "missing_key", "task 'a' has no title, in p.yaml line 3", "say in one line what is to be done")]
    [InlineData("tasks:\n- id: ''\n  title: x", "task_id", "a task's id must not be empty: '', in p.yaml line 2", null)]
    [InlineData("tasks:\n- id: \"a\\nb\"\n  title: x", "task_id", "a task's id must not hold control characters: 'a�b', in p.yaml line 2", null)]
    [InlineData("tasks:\n- id: a\n  title: x\n  complexity: 11", "out_of_range", "complexity must be a whole number from 1 to 10, not '11', in p.yaml line 4", null)]
    [InlineData("tasks:\n- id: a\n  title: x\n  priority: urgent", "unknown_value", "priority must be one of low, medium, high, critical, not 'urgent', in p.yaml line 4", null)]
    [InlineData("tasks:\n- id: a\n  title: x\n  timeout: soon", "wrong_type", "timeout must be a length of time such as 90s, 30m or 1h30m, not 'soon', in p.yaml line 4", null)]
    [InlineData("tasks:\n- id: a\n  title: x\n  timeout: 0", "out_of_range", "timeout must be a length of time from 1s to 365d, not '0', in p.yaml line 4", null)]
    [InlineData("tasks:\n- id: a\n  title: x\n  agent: {reviewer: y}", "unknown_key", "unknown key 'reviewer' in p.yaml line 4", "did you mean 'review'?")]
    [InlineData("tasks:\n- id: a\n  title: x\n  agent: {review: {}}", "wrong_type", "agent.review must be an agent's name, or a map that says agent, model or run, not a map, in p.yaml line 4", null)]
    [InlineData("roles:\n  review: {agnet: y}\ntasks:\n- id: a\n  title: x", "unknown_key", "unknown key 'agnet' in p.yaml line 2", "did you mean 'agent'?")]
    [InlineData("tasks:\n- id: a\n  title: x\n- id: b\n  title: x\n  depends_on: [aa]", "task_unknown", "task 'b' depends on 'aa', which is not in the plan (p.yaml line 4)", "did you mean 'a'?")]
    [InlineData("tasks:\n- id: a\n  title: x\n- id: a\n  title: x", "task_duplicate", "task id 'a' is there more than once (p.yaml line 2 and 4)", "give each task an id of its own")]
    [InlineData("tasks:\n- {id: a, title: x, depends_on: b}\n- {id: b, title: x, depends_on: a}", "plan_cycle", "tasks wait for each other: a → b → a (p.yaml line 2)", "remove one of these dependencies")]
    [InlineData("tasks:\n- {id: a, title: x, depends_on: a}", "task_depends_on_itself", "task 'a' depends on itself (p.yaml line 2)", "remove it from its depends_on")]
    [InlineData("", "plan_empty", "the plan has no tasks, in p.yaml", "add at least one under 'tasks:'")]
    [InlineData("version: 1\ntasks: []", "plan_empty", "the plan has no tasks, in p.yaml", "add at least one under 'tasks:'")]
    public void What_is_wrong_is_told_with_its_line(string text, string code, string message, string? hint)
    {
        var failure = Assert.Throws<FailureException>(() => PlanFile.Parse(text, "p.yaml")).Failure;
        Assert.Equal((code, message, hint), (failure.Code, failure.Message, failure.Hint));
        Assert.Equal(FailureCategory.Input, failure.Category);
    }

    [Fact]
    public void Several_wrong_tasks_are_all_told()
    {
        var failure = Assert.Throws<FailureException>(() => PlanFile.Parse("tasks:\n- {id: a, title: x, depends_on: b}\n- {id: c, title: x, depends_on: d}", "p.yaml")).Failure;
        Assert.Equal(
            "task 'a' depends on 'b', which is not in the plan (p.yaml line 2)\ntask 'c' depends on 'd', which is not in the plan (p.yaml line 3)",
            failure.Detail);
    }

    [Fact]
    public void A_missing_title_is_taken_from_the_description_or_from_run()
    {
        var plan = PlanFile.Parse("tasks:\n- {id: a, description: \"\\n  First line \\nsecond\"}\n- {id: b, run: make all}\n- id: c\n  title: |\n    Two\n    lines\n", "p.yaml");
        Assert.Equal(["First line", "make all", "Two lines"], plan.Tasks.Select(task => task.Title));
    }

    [Fact]
    public void Ids_stay_text_in_both_formats()
    {
        var yaml = PlanFile.Parse("tasks:\n- {id: 5.1, title: x}\n- {id: 5.10, title: x, depends_on: 5.1}\n- {id: 8, title: x, depends_on: [5.10, 5.10]}", "p.yaml");
        var json = PlanFile.Parse("""{"tasks": [{"id": 5.1, "title": "x"}, {"id": 5.10, "title": "x", "depends_on": 5.1}, {"id": 8, "title": "x", "depends_on": [5.10]}]}""", "p.json");
        Assert.Equal(["5.1", "5.10", "8"], yaml.Tasks.Select(task => task.Id));
        Assert.Equal(["5.10"], yaml.Tasks[2].DependsOn);
        AssertSame(yaml, json);
    }

    [Fact]
    public void A_JSON_plan_names_its_line_too()
    {
        var failure = Assert.Throws<FailureException>(() => PlanFile.Parse("{\"tasks\": [\n{\"id\": \"a\",\n\"titel\": \"x\"}]}", "p.json")).Failure;
        Assert.Equal("unknown key 'titel' in p.json line 3", failure.Message);
    }

    [Fact]
    public void A_plan_of_10_000_tasks_is_written_and_read()
    {
        var plan = new PlanSpec { Tasks = [.. Enumerable.Range(0, 10_000).Select(i => new TaskSpec { Id = $"{i}", Title = "t", DependsOn = i > 0 ? [$"{i - 1}"] : [] })] };
        AssertSame(plan, PlanFile.Parse(PlanFile.Write(plan, PlanFormat.Yaml), "p.yaml"));
    }

    private static void AssertSame(PlanSpec expected, PlanSpec actual) =>
        Assert.Equal(JsonSerializer.Serialize(expected), JsonSerializer.Serialize(actual));

    private static bool Lists((string[], string[], string[]) a, (string[], string[], string[]) b) =>
        a.Item1.SequenceEqual(b.Item1) && a.Item2.SequenceEqual(b.Item2) && a.Item3.SequenceEqual(b.Item3);
}
