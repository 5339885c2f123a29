using System.Diagnostics;
using Tutti.Core.Plan;

namespace Tutti.Tests.Plan;

public sealed class SplitterTests
{
    // id<dependencies, in the order of the plan
    private static string Shape(string request) =>
        string.Join(' ', Splitter.Split(request).Tasks.Select(task => task.DependsOn.Count == 0 ? task.Id : $"{task.Id}<{string.Join(',', task.DependsOn)}"));

    private static string Titles(string request) => string.Join(" | ", Splitter.Split(request).Tasks.Select(task => task.Title));

    [Theory]
    [InlineData("Implement user auth, fix payment bugs, update API docs", "user-auth payment-bugs api-docs<user-auth,payment-bugs")]
    [InlineData(
        "Finalize features, run comprehensive tests, update documentation, prepare deployment",
        "features comprehensive-tests<features documentation<comprehensive-tests deployment<documentation")]
    [InlineData("Add login then add logout", "login logout<login")]
    [InlineData("Add login, fix the parser, then update the logo", "login parser logo<login,parser")]
    [InlineData("Add login -> add logout → add profile", "login logout<login profile<logout")]
    [InlineData("Add login. Then add logout. Fix the parser.", "login logout<login parser")]
    [InlineData("Fix the parser; add a logo; finally rename the module", "parser logo module<parser,logo")]
    [InlineData("Deploy the app, update the readme, write tests, add login", "app<readme readme<tests tests<login login")]
    [InlineData("Write unit tests for the parser, then implement the parser", "unit-tests-parser parser<unit-tests-parser")]
    [InlineData("Fix failing tests and add login", "failing-tests login")]
    [InlineData("Document the API and implement login", "api<login login")]
    [InlineData("Add login, add login, add login", "login login-2 login-3")]
    public void Order_follows_what_is_said_and_what_kind_of_work_it_is(string request, string shape) => Assert.Equal(shape, Shape(request));

    [Theory]
    [InlineData("Implement user auth, fix payment bugs, update API docs", "Implement user auth | Fix payment bugs | Update API docs")]
    [InlineData("Implement the login and logout pages", "Implement the login and logout pages")]
    [InlineData("Add search and filter options", "Add search and filter options")]
    [InlineData("Add import and export buttons and fix the header", "Add import and export buttons | Fix the header")]
    [InlineData("Design and implement the login page", "Design and implement the login page")]
    [InlineData("Build, test and deploy the app", "Build, test and deploy the app")]
    [InlineData("Add an endpoint to create and delete users", "Add an endpoint to create and delete users")]
    [InlineData("Rename Foo to Bar in a.cs, b.cs and c.cs", "Rename Foo to Bar in a.cs, b.cs and c.cs")]
    [InlineData("Fix the bug in src/app.module.ts. Add a logo.", "Fix the bug in src/app.module.ts | Add a logo")]
    [InlineData("Handle bad input, e.g. empty names, and add tests", "Handle bad input, e.g. empty names | Add tests")]
    [InlineData("Add a button labelled \"save, then quit\" and fix the menu", "Add a button labelled \"save, then quit\" | Fix the menu")]
    [InlineData("Fix the user's menu and add the users' list", "Fix the user's menu | Add the users' list")]
    [InlineData("Add caching (use redis, add a fallback) and update the docs", "Add caching (use redis, add a fallback) | Update the docs")]
    [InlineData("Rename `a, fix b` to c", "Rename `a, fix b` to c")]
    [InlineData("After adding login, update the docs", "After adding login, update the docs")]
    [InlineData("Limit uploads to 1,000 files and fix the quota", "Limit uploads to 1,000 files | Fix the quota")]
    [InlineData("Please add a logo and also fix the footer", "Add a logo | Fix the footer")]
    [InlineData("I want you to implement login, and then please write tests", "Implement login | Write tests")]
    [InlineData("Can you fix the parser? Also update the README.md!", "Fix the parser | Update the README.md")]
    [InlineData("user auth, payment fixes, and API docs", "User auth | Payment fixes | API docs")]
    [InlineData("login and logout pages", "Login and logout pages")]
    [InlineData("Implement login, test it, document it", "Implement login | Test it | Document it")]
    [InlineData("Investigate why builds fail and fix them, then deploy it", "Investigate why builds fail and fix them | Deploy it")]
    [InlineData("Review the code and fix any bugs you find", "Review the code | Fix any bugs you find")]
    [InlineData("First create the schema, then build the UI; meanwhile fix the logo", "Create the schema | Build the UI | Fix the logo")]
    [InlineData("Create a function that adds two numbers and returns the sum, write tests", "Create a function that adds two numbers and returns the sum | Write tests")]
    [InlineData("urgent: the webhook fails with 500, customers cannot check out", "Urgent: the webhook fails with 500, customers cannot check out")]
    [InlineData("implement login;fix logout", "Implement login | Fix logout")]
    [InlineData("Upgrade to v1.2.3, remove the shim", "Upgrade to v1.2.3 | Remove the shim")]
    public void Parts_are_whole_tasks(string request, string titles) => Assert.Equal(titles, Titles(request));

    [Theory]
    [InlineData("- Add login, with OAuth\n- Fix the parser and the printer\n- Write docs", "Add login, with OAuth | Fix the parser and the printer | Write docs")]
    [InlineData("Please do this:\n1. Add login\n2. Fix the parser", "Add login | Fix the parser")]
    [InlineData("1) add login 2) fix the parser 3) add a logo", "Add login | Fix the parser | Add a logo")]
    [InlineData("Do (1) add login (2) fix the parser", "Do | Add login | Fix the parser")]
    [InlineData("* [ ] Add login\n  * with OAuth\n  * and mail\n* [x] Fix it", "Add login | Fix it")]
    [InlineData("Add login\nFix the parser\n\nAdd a logo", "Add login | Fix the parser | Add a logo")]
    [InlineData("Add a login page for all\nusers of the shop\nFix the parser", "Add a login page for all users of the shop | Fix the parser")]
    public void Lists_and_lines_are_cut_as_they_were_written(string request, string titles) => Assert.Equal(titles, Titles(request));

    [Fact]
    public void Explanations_stay_with_their_task()
    {
        var tasks = Splitter.Split("Implement user auth. It should use OAuth and send mails. Users can log in and update profiles. Fix payment bugs.").Tasks;
        Assert.Equal(["Implement user auth", "Fix payment bugs"], tasks.Select(task => task.Title));
        Assert.StartsWith("Implement user auth. It should use OAuth and send mails. Users can log in and update profiles", tasks[0].Description, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_indented_below_an_item_is_told_with_it() =>
        Assert.StartsWith("Add login\n  - with OAuth", Splitter.Split("- Add login\n  - with OAuth\n- Fix it").Tasks[0].Description, StringComparison.Ordinal);

    [Fact]
    public void Each_part_is_told_the_whole_request() =>
        Assert.All(Splitter.Split("Implement login, test it").Tasks, task => Assert.Contains("> Implement login, test it", task.Description, StringComparison.Ordinal));

    [Theory]
    [InlineData("Urgent: fix the login", Priority.Critical)]
    [InlineData("Fix the critical login bug", Priority.Critical)]
    [InlineData("Fix the login asap", Priority.Critical)]
    [InlineData("Fix the important login bug", Priority.High)]
    [InlineData("Rename the module (low priority)", Priority.Low)]
    [InlineData("Rename the module, not urgent", Priority.Low)]
    [InlineData("Fix the login", Priority.Medium)]
    public void Priority_is_guessed_by_words(string request, Priority priority) => Assert.Equal(priority, Splitter.Split(request).Tasks[0].Priority);

    [Theory]
    [InlineData("Build the settings page", "frontend")]
    [InlineData("Add an API endpoint", "backend")]
    [InlineData("Update the README", "docs")]
    [InlineData("Write e2e tests", "tests")]
    [InlineData("Prepare the release", "devops")]
    [InlineData("Rename the module", null)]
    public void Work_type_is_guessed_by_words(string request, string? type) => Assert.Equal(type, Splitter.Split(request).Tasks[0].WorkType);

    [Theory]
    [InlineData("")]
    [InlineData("   \n\t ")]
    [InlineData(".,;:!?")]
    [InlineData("- \n- ")]
    public void Nothing_to_do_is_an_empty_plan(string request) => Assert.Empty(Splitter.Split(request).Tasks);

    [Theory]
    [InlineData("🎉🎉", "task-1")]
    [InlineData("исправить ошибку", "task-1")]
    [InlineData("Deploy", "deploy")]
    [InlineData("then", "then")]
    [InlineData("Document everything", "document-everything")]
    [InlineData("Set up the pipeline", "pipeline")]
    [InlineData("--upload-pack=x", "upload-pack-x")]
    [InlineData("../../etc/passwd", "etc-passwd")]
    public void Odd_requests_are_one_task_with_a_plain_id(string request, string id) => Assert.Equal(id, Assert.Single(Splitter.Split(request).Tasks).Id);

    [Fact]
    public void Ids_are_unique_slugs_and_dependencies_lead_backwards_for_any_soup_of_words()
    {
        string[] words = ["add", "fix", "tests", "docs", "deploy", "then", "finally", "and", ",", ";", ".", "\n", "login", "the", "- ", "1) ", "2) ", "(", ")", "\"", "'", "🎉", "release", "to", "e.g.", "->"];
        var random = new Random(20);
        for (var round = 0; round < 3000; round++)
        {
            var request = string.Join(random.Next(3) == 0 ? "" : " ", Enumerable.Range(0, random.Next(40)).Select(_ => words[random.Next(words.Length)]));
            var tasks = Splitter.Split(request).Tasks;
            Assert.Equal(tasks.Count, tasks.Select(task => task.Id).Distinct(StringComparer.Ordinal).Count());
            Assert.All(tasks, task => Assert.Matches("^[a-z0-9]+(-[a-z0-9]+)*$", task.Id));
            Assert.All(tasks, task => Assert.NotEmpty(task.Title.Trim()));
            Assert.Equal(tasks.Count, TaskGraph.Build(tasks).Groups.Sum(group => group.Count)); // no cycle
        }
    }

    [Fact]
    public void Long_requests_are_bounded_and_quick()
    {
        var started = Stopwatch.GetTimestamp();
        foreach (var unit in new[] { "add login, ", "a, ", "word ", "fix (", "\"x ", "1) add 2) fix ", "- add x\n", "then ", "and ", "🎉", ". " })
        {
            var request = string.Concat(Enumerable.Repeat(unit, 10_240 / unit.Length));
            var tasks = Splitter.Split(request).Tasks;
            Assert.InRange(tasks.Count, 0, 64);
            Assert.All(tasks, task => Assert.InRange(task.Title.Length, 1, 121));
        }

        Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(20), "quadratic or worse");
    }

    [Fact]
    public void A_document_is_one_task_with_all_of_its_text()
    {
        var request = string.Concat(Enumerable.Repeat("Fix the parser. ", 10_000));
        Assert.Equal(request.Trim(), Assert.Single(Splitter.Split(request).Tasks).Description);
    }
}
