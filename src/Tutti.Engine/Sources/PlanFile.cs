using Tutti.Core;
using Tutti.Core.Plan;
using Tutti.Engine.Config;
using Tutti.Engine.Documents;

namespace Tutti.Engine.Sources;

/// <summary>How a plan is written down.</summary>
public enum PlanFormat
{
    Yaml,
    Json,
}

/// <summary>
/// The plan as a file (SPEC 6): YAML, or the same as JSON. Reading is strict and ends in a plan that can be run; what is wrong
/// is told with its line. A task without a title takes the first line of its description, then of its <c>run</c>.
/// </summary>
public static class PlanFile
{
    private const decimal MostUsd = 1_000_000;

    private static readonly TimeSpan ShortestTimeout = TimeSpan.FromSeconds(1);

    private static readonly Schema<TaskBudget> BudgetKeys = new(
        new("usd", (budget, node) => budget with { Usd = node.Amount(MostUsd) }),
        new("tokens", (budget, node) => budget with { Tokens = node.WholeNumber(0, long.MaxValue) }));

    private static readonly Schema<TaskSpec> TaskKeys = new(
        new("id", (task, node) => task with { Id = Id(node) }),
        new("title", (task, node) => task with { Title = OneLine(node.Word()) }),
        new("description", (task, node) => task with { Description = node.Text() }),
        new("depends_on", (task, node) => task with { DependsOn = [.. node.Texts().Distinct()] }),
        new("priority", (task, node) => task with { Priority = node.Choice<Priority>() }),
        new("complexity", (task, node) => task with { Complexity = node.WholeNumber(PlanValidation.LeastComplexity, PlanValidation.MostComplexity) }),
        new("work_type", (task, node) => task with { WorkType = node.Word() }),
        new("files", (task, node) => task with { Files = node.Texts() }),
        new("verify", (task, node) => task with { Verify = node.Texts() }),
        new("agent", (task, node) => task with { Agents = Agents(node) }),
        new("run", (task, node) => task with { Run = node.Filled() }),
        new("timeout", (task, node) => task with { Timeout = node.Duration(ShortestTimeout) }),
        new("estimate", (task, node) => task with { Estimate = node.Duration(TimeSpan.Zero) }),
        new("acceptance_criteria", (task, node) => task with { AcceptanceCriteria = node.Texts() }),
        Key.Group<TaskSpec, TaskBudget>("budget", BudgetKeys, task => task.Budget ?? new TaskBudget(), (task, budget) => task with { Budget = budget }),
        new("milestone", (task, node) => task with { Milestone = node.Word() }),
        new("land", (task, node) => task with { Land = OfTask(node) }));

    private static readonly Schema<PlanSpec> PlanKeys = new(
        new("version", (plan, _) => plan),
        new("target", (plan, node) => plan with { Target = node.Word() }),
        new("setup", (plan, node) => plan with { Setup = node.Texts() }),
        new("verify", (plan, node) => plan with { Verify = node.Texts() }),
        new("copy", (plan, node) => plan with { Copy = node.Texts() }),
        new("roles", (plan, node) => plan with { Roles = AgentChoices.ReadRoles(node, plan.Roles) }),
        new("tasks", (plan, node) => plan with { Tasks = [.. node.Items().Select(Task)] }));

    /// <summary>Reads and checks a plan.</summary>
    /// <param name="path">YAML, or JSON where it ends in <c>.json</c>; messages name it as given.</param>
    /// <exception cref="FailureException">What is wrong, with its line; <see cref="Failure.Detail"/> lists all where several tasks are.</exception>
    public static PlanSpec Read(string path) => Plan(DocumentReader.Read(path));

    /// <summary>Reads and checks a plan's text.</summary>
    /// <param name="text">The whole plan.</param>
    /// <param name="name">What messages call it; <c>.json</c> at its end makes it JSON.</param>
    /// <exception cref="FailureException">As <see cref="Read"/>.</exception>
    public static PlanSpec Parse(string text, string name) => Plan(DocumentReader.Parse(text, name));

    /// <summary>A plan as text that <see cref="Parse"/> reads back to the same plan; what equals its default is left out.</summary>
    public static string Write(PlanSpec plan, PlanFormat format)
    {
        var node = PlanFileNodes.Of(plan);
        return format == PlanFormat.Json ? JsonText.Write(node) : YamlText.Write(node);
    }

    private static PlanSpec Plan(Node document)
    {
        CheckVersion(document);
        var plan = PlanKeys.Read(document, new PlanSpec { Tasks = [] });
        var lines = Lines(document);
        var wrong = PlanValidation.Check(plan, id => lines.TryGetValue(id, out var at) ? $" ({document.Place.Source} line {string.Join(" and ", at)})" : null);
        return wrong switch
        {
            [] => plan,
            [{ Code: "plan_empty" } empty] => throw new FailureException(empty with { Message = $"{empty.Message}, in {document.Place.Source}" }),
            [var only] => throw new FailureException(only),
            [var first, ..] => throw new FailureException(first with { Detail = string.Join('\n', wrong.Select(failure => failure.Message)) }),
        };
    }

    // Before anything else: a plan of a later version has keys that are not slips.
    private static void CheckVersion(Node document)
    {
        if (document.Entries().FirstOrDefault(entry => entry.Key == "version") is not { Value: { IsNull: false } version })
            return;
        if (version is not Scalar { Text: "1" } scalar)
        {
            var said = (version as Scalar)?.Text ?? "of this form";
            throw FailureException.Input("plan_version", $"plan version {DocumentFailure.Shown(said)} is not known, in {version.Place}", $"this Tutti reads version {PlanSpec.CurrentVersion}");
        }
    }

    private static TaskSpec Task(Node node)
    {
        var task = TaskKeys.Read(node, new TaskSpec { Id = "", Title = "" });
        if (task.Id.Length == 0)
            throw DocumentFailure.MissingKey($"{node.Label} has no id", node.Place, "each task needs an id of its own");
        if (task.Title.Length > 0)
            return task;
        return (FirstLine(task.Description) ?? FirstLine(task.Run)) is { } line
            ? task with { Title = line }
            : throw DocumentFailure.MissingKey($"task '{task.Id}' has no title", node.Place, "say in one line what is to be done");
    }

    private static string Id(Node node)
    {
        var id = node.Text();
        return PlanValidation.IdProblem(id) is { } problem
            ? throw FailureException.Input("task_id", $"a task's id {problem}: '{DocumentFailure.Shown(id)}', in {node.Place}")
            : id;
    }

    // One agent for both roles that write code; the others stay with the plan and the settings.
    private static IReadOnlyDictionary<Role, AgentChoice> Agents(Node node)
    {
        if (node is Mapping)
            return AgentChoices.ReadRoles(node, new Dictionary<Role, AgentChoice>());
        var choice = AgentChoices.Read(node);
        return new Dictionary<Role, AgentChoice> { [Role.Develop] = choice, [Role.Correct] = choice };
    }

    private static Dictionary<string, List<int>> Lines(Node document)
    {
        const int mostLines = 5;
        var lines = new Dictionary<string, List<int>>();
        foreach (var task in ((document as Mapping)?["tasks"] as Sequence)?.Items.OfType<Mapping>() ?? [])
        {
            if (task["id"] is not Scalar id)
                continue;
            if (!lines.TryGetValue(id.Text, out var at))
                lines[id.Text] = at = [];
            if (at.Count < mostLines)
                at.Add(id.Place.Line);
        }

        return lines;
    }

    private static string? FirstLine(string? text) =>
        text?.Split('\n').Select(OneLine).FirstOrDefault(line => line.Length > 0);

    // A title is one line by contract, but "title: |" ends in a line break.
    private static string OneLine(string text) => string.Join(' ', text.Split(['\r', '\n', '\t'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));

    // One pull request holds all that a session gathers.
    private static LandMode OfTask(Node node) => node.Choice<LandMode>() is var mode and not LandMode.Pr
        ? mode
        : throw FailureException.Input("land_of_task", $"'land: pr' is of a whole session, not of a task, in {node.Place}", "review or manual leave this task to a person");
}
