using Tutti.Core.Plan;
using Tutti.Engine.Agents.Planning;

namespace Tutti.Tests.Agents.Planning;

public sealed class PlanAnswerTests
{
    [Fact]
    public void A_plan_in_the_schema_becomes_a_plan()
    {
        var answer = PlanAnswer.Read("""
            {"nonce": "n", "tasks": [
              {"id": "login", "title": "Add a login", "description": "With a form.", "acceptance_criteria": ["a wrong password is refused"], "depends_on": [],
               "priority": "high", "complexity": 3, "work_type": "backend", "files": ["src/login/**"], "verify": ["npm test"]},
              {"id": "docs", "title": "Write it down", "description": "", "acceptance_criteria": [], "depends_on": ["login"],
               "priority": "low", "complexity": 1, "work_type": "", "files": [], "verify": []}]}
            """);

        Assert.Empty(answer.Errors);
        var login = answer.Plan!.Tasks[0];
        Assert.Equal(("login", "Add a login", "With a form.", Priority.High, 3, "backend"), (login.Id, login.Title, login.Description, login.Priority, login.Complexity, login.WorkType));
        Assert.Equal(["a wrong password is refused"], login.AcceptanceCriteria);
        Assert.Equal(["src/login/**"], login.Files);
        Assert.Equal(["npm test"], login.Verify);
        Assert.Equal(["login"], answer.Plan.Tasks[1].DependsOn);
        Assert.Null(answer.Plan.Tasks[1].WorkType);
    }

    [Theory]
    [InlineData("```json\n{\"nonce\":\"n\",\"tasks\":[{\"id\":\"a\",\"title\":\"A\"}]}\n```")]
    [InlineData("{\"version\":1,\"tasks\":[{\"id\":\"a\",\"title\":\"A\",\"files\":null,\"verify\":[\"\"],},]} // done")]
    public void What_models_write_around_a_plan_does_no_harm(string json) => Assert.Equal("a", Assert.Single(PlanAnswer.Read(json).Plan!.Tasks).Id);

    [Theory]
    [InlineData("""{"tasks":[{"id":"a","title":"A","depends_on":["b"]},{"id":"b","title":"B","depends_on":["a"]}]}""", "wait for each other: a → b → a")]
    [InlineData("""{"tasks":[{"id":"a","title":"A","depends_on":["c"]}]}""", "depends on 'c', which is not in the plan")]
    [InlineData("""{"tasks":[{"id":"a","title":"A"},{"id":"a","title":"B"}]}""", "more than once")]
    [InlineData("""{"tasks":[]}""", "no tasks")]
    [InlineData("""{"nonce":"n"}""", "no tasks")]
    [InlineData("""{"tasks":[{"id":"a","title":"A","complexity":11}]}""", "complexity")]
    [InlineData("""{"tasks":[{"id":"a","title":"A","priority":"urgent"}]}""", "urgent")]
    [InlineData("""{"tasks":[{"title":"A"}]}""", "has no id")]
    [InlineData("""{"tasks":[{"id":"a"}]}""", "has no title")]
    [InlineData("""{"tasks":"all of it"}""", "must be")]
    [InlineData("""{"tasks":[{"id":"Add Login!","title":"A"}]}""", "id 'Add Login!' is no slug")]
    [InlineData("""{"tasks":[{"id":"a-","title":"A"}]}""", "no slug")]
    [InlineData("""{"tasks":[{"id":"a","id":"b","title":"A"}]}""", "no JSON")]
    [InlineData("""{"tasks":[{"id":"a","title":"\ud800"}]}""", "no JSON")]
    [InlineData("""["tasks"]""", "no JSON")]
    [InlineData("Here you are", "no JSON")]
    public void What_is_wrong_is_said(string json, string error)
    {
        var answer = PlanAnswer.Read(json);

        Assert.Null(answer.Plan);
        Assert.Contains(error, string.Join('\n', answer.Errors));
    }

    [Theory]
    [InlineData("""{"tasks":[{"id":"a","title":"A","run":"rm -rf ."}]}""", "unknown key 'run'")]
    [InlineData("""{"tasks":[{"id":"a","title":"A","agent":"shell"}]}""", "unknown key 'agent'")]
    [InlineData("""{"roles":{"review":"none"},"tasks":[{"id":"a","title":"A"}]}""", "unknown key 'roles'")]
    [InlineData("""{"setup":["x"],"tasks":[{"id":"a","title":"A","owner":"me"}]}""", "unknown key 'owner'")]
    public void An_agent_says_what_is_to_be_done_and_not_who_does_it_or_how_it_is_run(string json, string error) =>
        Assert.Contains(PlanAnswer.Read(json).Errors, line => line.Contains(error, StringComparison.Ordinal));

    [Theory]
    [InlineData("/etc/passwd")]
    [InlineData("../other/**")]
    [InlineData("src/../../x")]
    [InlineData("~/x")]
    [InlineData("C:\\\\x")]
    [InlineData(".git/config")]
    [InlineData("./.git/hooks/**")]
    public void A_claim_that_leaves_the_repository_is_an_error(string claim) =>
        Assert.Contains("not inside the repository", Assert.Single(PlanAnswer.Read($$"""{"tasks":[{"id":"a","title":"A","files":["{{claim}}"]}]}""").Errors));

    [Theory]
    [InlineData("src/../lib/x")]
    [InlineData("./src/.gitignore")]
    [InlineData(".github/**")]
    [InlineData("docs/.git-notes")]
    public void A_claim_that_stays_inside_is_none(string claim) =>
        Assert.NotNull(PlanAnswer.Read($$"""{"tasks":[{"id":"a","title":"A","files":["{{claim}}"]}]}""").Plan);

    [Fact]
    public void All_errors_are_told_at_once_with_lines_of_the_text_that_is_given_back()
    {
        var answer = PlanAnswer.Read("""{"tasks":[{"id":"a","title":"A","depends_on":["x"]},{"id":"b","title":"B","depends_on":["y"]}]}""");

        Assert.Equal(2, answer.Errors.Count);
        Assert.Contains("plan.json line 4", answer.Errors[0]);
        Assert.Contains("\"id\": \"a\"", answer.Text.Split('\n')[3]);
    }

    [Fact]
    public void A_plan_of_too_many_tasks_is_refused()
    {
        var tasks = string.Join(',', Enumerable.Range(0, PlanAnswer.MostTasks + 1).Select(i => $$"""{"id":"t{{i}}","title":"T"}"""));
        Assert.Contains("more than 50", Assert.Single(PlanAnswer.Read($$"""{"tasks":[{{tasks}}]}""").Errors));
    }

    [Fact]
    public void Independent_tasks_that_claim_the_same_files_are_noted_and_dependent_ones_are_not()
    {
        var answer = PlanAnswer.Read("""
            {"tasks":[{"id":"a","title":"A","files":["src/**"]},{"id":"b","title":"B","files":["src/x.c"]},
                      {"id":"c","title":"C","files":["docs/**"],"depends_on":["b"]},{"id":"d","title":"D","files":["src/x.c"],"depends_on":["c","a"]}]}
            """);

        Assert.NotNull(answer.Plan);
        Assert.Contains("a and b claim the same files", Assert.Single(answer.Notes));
    }
}
