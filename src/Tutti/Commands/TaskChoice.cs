using Tutti.Core;
using Tutti.Core.Plan;
using Tutti.Core.Session;
using Tutti.Engine.Host;
using Tutti.Engine.Sources;

namespace Tutti.Commands;

/// <summary>What the user said about which tasks to run.</summary>
/// <param name="Words">The request, or ids.</param>
/// <param name="PlanFile"><c>--plan</c>.</param>
/// <param name="From"><c>--from</c>: a source's name, or a file.</param>
/// <param name="Tag"><c>--tag</c>.</param>
/// <param name="Priorities"><c>--priority</c>.</param>
/// <param name="Milestone"><c>--milestone</c>.</param>
internal sealed record TaskWish(IReadOnlyList<string> Words, string? PlanFile, string? From, string? Tag, IReadOnlyList<Priority> Priorities, string? Milestone);

/// <summary>The plan that came of it.</summary>
/// <param name="Plan">Validated.</param>
/// <param name="Source">Where it comes from, and whether it is told of progress.</param>
/// <param name="Request">The user's words, when the plan was made from them.</param>
/// <param name="Notes">What was left out, and why.</param>
internal sealed record ChosenPlan(PlanSpec Plan, SourceRef Source, string? Request, IReadOnlyList<string> Notes)
{
    /// <summary>What an agent used to make the plan, or to make none.</summary>
    public Usage? Planning { get; init; }
}

/// <summary>Makes a plan of what the user said: a plan file, a request, ids of a task list, or all that is available there.</summary>
internal static class TaskChoice
{
    private static readonly string[] PlanFiles = ["tutti-plan.yaml", ".tutti/plan.yaml", "plan.yaml"];

    /// <summary>Chooses; changes nothing on disk.</summary>
    /// <param name="wish">What the user said.</param>
    /// <param name="top">Where task lists are looked for.</param>
    /// <exception cref="FailureException">Nothing can be run that way; the failure says what is wrong and where.</exception>
    public static ChosenPlan Make(TaskWish wish, string top)
    {
        // As of a script whose variable is empty: that means neither a request nor all tasks.
        if (wish.Words.Count > 0 && wish.Words.All(string.IsNullOrWhiteSpace))
            throw FailureException.Input("no_tasks", "the request is empty", "tutti run \"what you want\"; without any words, the tasks of the list that is found are run");
        if (wish.PlanFile is { } file)
            return FromPlanFile(GivenFile.Required(file, "plan"), wish);
        var list = FindList(wish.From, top, required: wish.From is not null);
        if (IsRequest(wish, list))
            return FromRequest(string.Join(' ', wish.Words));
        return list switch
        {
            PlanList plan => FromPlanFile(plan.File, wish),
            SourceList { Source: var source, File: var path } => FromList(source, path, wish),
            _ => throw FailureException.Input("no_tasks", wish.Words.Count > 0 ? $"there is no task list here to find {string.Join(' ', wish.Words)} in" : "there is nothing to run: no request, no plan and no task list", "tutti run \"what you want\", --plan FILE, or --from SOURCE"),
        };
    }

    /// <summary>A whole task list, finished tasks too, as it is looked at before anything is chosen; changes nothing.</summary>
    /// <param name="from">A source's name or a file; null takes what is found.</param>
    /// <param name="tag">Only the tasks of this tag.</param>
    /// <param name="top">Where task lists are looked for.</param>
    /// <returns>The list, and the settings of the plan it is, where it is one.</returns>
    /// <exception cref="FailureException">There is none, or it cannot be read; the failure says where.</exception>
    public static (SourceTasks List, PlanSpec Plan) Look(string? from, string? tag, string top)
    {
        if (from is not null && from.Contains('.'))
            GivenFile.Required(from);
        switch (FindList(from, top, required: from is not null))
        {
            case PlanList plan:
                var read = PlanFile.Read(plan.File);
                return (Unstarted(plan.File, read), read);
            case SourceList list:
                var tasks = list.Source.Read(list.File, tag);
                return (tasks, new PlanSpec { Tasks = tasks.Tasks });
            default:
                throw FailureException.Input("no_tasks", "there is neither a plan nor a task list here", "tutti plan \"what you want\", or give a file");
        }
    }

    private static SourceTasks Unstarted(string path, PlanSpec plan) => new(
        "plan", path, null, plan.Tasks, plan.Tasks.ToDictionary(t => t.Id, _ => SourceStatus.Pending, StringComparer.Ordinal), new Dictionary<string, IReadOnlyList<TaskSpec>>());

    private static ChosenPlan FromPlanFile(string path, TaskWish wish)
    {
        if (wish.Tag is not null)
            throw FailureException.Input("tag_unknown", $"{path} is a plan, whose tasks have no tags", "name the list that has them: --from taskmaster, for example");
        var plan = PlanFile.Read(path);
        var selected = Selection.Choose(Unstarted(path, plan), new SelectionRequest(Selection.ParseIds(wish.Words), wish.Priorities, wish.Milestone));
        return new ChosenPlan(plan with { Tasks = selected.Tasks }, new SourceRef("plan", Path.GetFullPath(path)), null, selected.Notes);
    }

    private static ChosenPlan FromList(ITaskSource source, string path, TaskWish wish)
    {
        var list = source.Read(path, wish.Tag);
        var selected = Selection.Choose(list, new SelectionRequest(Selection.ParseIds(wish.Words), wish.Priorities, wish.Milestone));
        var plan = new PlanSpec { Tasks = selected.Tasks };
        if (PlanValidation.Check(plan, _ => null) is [var first, ..])
            throw new FailureException(first with { Message = $"{path}: {first.Message}" });
        var parent = selected.Parents.Count == 1 ? selected.Parents.Keys.Single() : null;
        return new ChosenPlan(plan, new SourceRef(source.Name, Path.GetFullPath(path), list.Tag, source.IsWritable, parent), null, selected.Notes);
    }

    /// <summary>A plan made of a sentence, without any agent.</summary>
    public static ChosenPlan FromRequest(string request)
    {
        var plan = Splitter.Split(request);
        if (plan.Tasks.Count == 0)
            throw FailureException.Input("no_tasks", "the request says nothing that could be done", "tutti run \"what you want\"");
        if (PlanValidation.Check(plan, _ => null) is [var first, ..])
            throw new FailureException(first);
        return new ChosenPlan(plan, new SourceRef("request"), request, []);
    }

    // Numbers are ids; other words are ids only where the list has every one of them.
    private static bool IsRequest(TaskWish wish, TaskList? list)
    {
        if (wish.Words.Count == 0 || Selection.AreNumbers(wish.Words))
            return false;
        IEnumerable<string> known = list switch
        {
            PlanList plan => PlanFile.Read(plan.File).Tasks.Select(task => task.Id),
            SourceList { Source: var source, File: var file } => source.Read(file, wish.Tag).Statuses.Keys,
            _ => [],
        };
        return Selection.ParseIds(wish.Words).Except(known).Any();
    }

    private static TaskList? FindList(string? from, string top, bool required)
    {
        if (from is null)
        {
            if (Plan(top) is { } plan)
                return new PlanList(plan);
            return TaskSources.Find(top) is var (source, file) ? new SourceList(source, file) : null;
        }

        if (from == "plan")
            return new PlanList(Plan(top) ?? throw Missing(from, string.Join(", ", PlanFiles)));
        if (File.Exists(from))
            return OfFile(from);
        var named = TaskSources.Named(from);
        return named.Find(top) is { } found ? new SourceList(named, found) : required ? throw Missing(from, "the repository's top folder") : null;
    }

    // One that the user has named may be a pipe, which somebody writes; nobody does into one that is found.
    private static string? Plan(string top) => PlanFiles.Select(name => Path.Combine(top, name)).FirstOrDefault(File.Exists) is not { } plan ? null
        : RegularFile.Is(plan) ? plan
        : throw FailureException.Input("file_unreadable", $"cannot read {plan}: it is a pipe or a device", "remove it, or name another: --plan FILE");

    // A file says by its name what it is: tasks.json, issues.json, *.md, *.jsonl; any other YAML or JSON is a plan.
    private static TaskList OfFile(string path)
    {
        var name = Path.GetFileName(path);
        var source = Path.GetExtension(name).ToLowerInvariant() switch
        {
            ".md" or ".markdown" => "markdown",
            ".jsonl" => "beads",
            ".json" when name == "tasks.json" => "taskmaster",
            ".json" when name.Contains("issue", StringComparison.OrdinalIgnoreCase) => "issues",
            _ => null,
        };
        return source is null ? new PlanList(path) : new SourceList(TaskSources.Named(source), path);
    }

    private static FailureException Missing(string source, string where) =>
        FailureException.Input("source_missing", $"there is no {source} task list here (looked for {where})", "give its file: --from FILE");

    private abstract record TaskList;

    private sealed record PlanList(string File) : TaskList;

    private sealed record SourceList(ITaskSource Source, string File) : TaskList;
}
