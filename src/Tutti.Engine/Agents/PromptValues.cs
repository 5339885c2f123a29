using System.Text.Json;
using Tutti.Core;
using Tutti.Core.Plan;
using Tutti.Core.Session;

namespace Tutti.Engine.Agents;

/// <summary>What a dependency of the task has brought, for who builds on it.</summary>
public sealed record DependencySummary(string Id, string Title, string Summary);

/// <summary>Work that the branch of the task would conflict with.</summary>
/// <param name="With">Whose, in words.</param>
/// <param name="Paths">Where, a line each.</param>
public sealed record CollisionNote(string With, IReadOnlyList<string> Paths);

/// <summary>What fills a <see cref="PromptTemplate"/>. Only what a role needs must be given; the rest stays empty.</summary>
public sealed record PromptValues
{
    public required Role Role { get; init; }

    /// <summary>File the agent writes its result to, absolute.</summary>
    public required string ResultPath { get; init; }

    /// <summary>Proves that the result is this attempt's.</summary>
    public required string Nonce { get; init; }

    /// <summary>The task; null for the plan role.</summary>
    public TaskSpec? Task { get; init; }

    /// <summary>All commands that must pass, the plan's and the task's.</summary>
    public IReadOnlyList<string> Verify { get; init; } = [];

    /// <summary>Findings of the review or verification to correct.</summary>
    public IReadOnlyList<Correction> Findings { get; init; } = [];

    /// <summary>Tasks it depends on, which have landed.</summary>
    public IReadOnlyList<DependencySummary> Dependencies { get; init; } = [];

    /// <summary>What its branch will collide with, as forecast.</summary>
    public IReadOnlyList<CollisionNote> Collisions { get; init; } = [];

    public ReviewMode Review { get; init; } = ReviewMode.Balanced;

    /// <summary>Wanted test coverage in percent.</summary>
    public int Coverage { get; init; }

    /// <summary>Commit the branch starts from: the work is the difference to it.</summary>
    public string Base { get; init; } = "";

    /// <summary>Round of review and correction.</summary>
    public int Round { get; init; }

    /// <summary>For plan: what the user asked for. For resolve: what the two sides were about.</summary>
    public string Request { get; init; } = "";

    /// <summary>For resolve: the files in conflict.</summary>
    public IReadOnlyList<string> Conflicts { get; init; } = [];

    /// <summary>The answer is asked for in a schema that the agent is held to; the result file stays possible.</summary>
    public bool InSchema { get; init; }

    /// <summary>The agent goes on with its own conversation, and remembers what went before.</summary>
    public bool Continues { get; init; }

    /// <summary>What went before, for an agent that does not remember it.</summary>
    public string History { get; init; } = "";

    /// <summary>For plan: what is wrong with the answer that <see cref="History"/> holds, a line each.</summary>
    public IReadOnlyList<string> Errors { get; init; } = [];

    /// <summary>First of the ports the agent may use.</summary>
    public int PortBase { get; init; }

    /// <summary>All gaps a template may have, with their text; every text that came from outside stands in a fence.</summary>
    internal Dictionary<string, string> ToDictionary() => new(StringComparer.Ordinal)
    {
        ["task"] = Task is null ? "" : Fence.Around(TaskText(Task), "task"),
        ["files"] = Data(Task?.Files ?? [], "paths"),
        ["verify"] = Data(Verify, "sh"),
        ["findings"] = Findings.Count == 0 ? "" : Fence.Around(string.Join('\n', Findings.Select(Line)), "findings"),
        ["dependencies"] = Dependencies.Count == 0 ? "" : Fence.Around(string.Join('\n', Dependencies.Select(d => $"- {d.Id}: {OneLine(d.Title)}\n  {d.Summary.ReplaceLineEndings("\n  ")}")), "done"),
        ["collisions"] = Collisions.Count == 0 ? "" : Fence.Around(string.Join('\n', Collisions.Select(c => $"- {OneLine(c.With)}:\n{string.Join('\n', c.Paths.Select(path => $"  {OneLine(path)}"))}")), "collisions"),
        ["request"] = Request.Length == 0 ? "" : Fence.Around(Request, "request"),
        ["conflicts"] = Data(Conflicts, "paths"),
        ["review"] = Strictness(Review),
        ["coverage"] = Coverage > 0 ? $"{Coverage} %" : "",
        ["continues"] = Continues ? "yes" : "",
        ["history"] = History.Length == 0 ? "" : Fence.Around(History, "history"),
        ["errors"] = Data(Errors, "errors"),
        ["base"] = Base,
        ["round"] = Round > 0 ? $"{Round}" : "",
        ["ports"] = PortBase > 0 ? $"{PortBase}" : "",
        ["result"] = ResultPath,
        ["nonce"] = Nonce,
        ["answer"] = Answer(),
    };

    private static string TaskText(TaskSpec task)
    {
        var criteria = task.AcceptanceCriteria.Count == 0 ? "" : "\n\nAcceptance criteria:\n" + string.Join('\n', task.AcceptanceCriteria.Select(c => $"- {c}"));
        return $"{OneLine(task.Id)}: {OneLine(task.Title)}\n\n{task.Description.Trim()}{criteria}";
    }

    private static string Line(Correction c)
    {
        var place = c.File is null ? "" : c.Line is { } line ? $"{c.File}:{line}: " : $"{c.File}: ";
        return $"- [{c.Severity.ToString().ToLowerInvariant()}] {place}{c.Message.ReplaceLineEndings("\n  ")}";
    }

    private static string Data(IReadOnlyList<string> lines, string word) => lines.Count == 0 ? "" : Fence.Around(string.Join('\n', lines), word);

    private static string OneLine(string text) => text.ReplaceLineEndings(" ").Trim();

    private static string Strictness(ReviewMode mode) => mode switch
    {
        ReviewMode.Strict => "Strict: ask for everything that you would not want to find in the code later, style and missing tests included. Only what needs no change is approved.",
        ReviewMode.Balanced => "Balanced: ask for what is wrong, fragile, untested or misleading (critical, major). Name matters of taste as minor; they do not hold the work up.",
        ReviewMode.Lenient => "Lenient: ask only for what is wrong or dangerous (critical). Name the rest as minor; it does not hold the work up.",
        _ => throw new ArgumentOutOfRangeException(nameof(mode), mode, null),
    };

    private string Answer() => Role == Role.Plan ? PlanAnswer() : StageAnswer();

    private string PlanAnswer() =>
        $$"""
        {{Where()}}

        {"nonce": {{JsonSerializer.Serialize(Nonce, AgentJson.Default.String)}}, "tasks": [
          {"id": "short-slug", "title": "one line", "description": "what is to be done, and what one must know for it", "acceptance_criteria": ["how one sees that it is done"],
           "depends_on": ["id"], "priority": "critical|high|medium|low", "complexity": 1-10, "work_type": "backend|frontend|docs|tests|…", "files": ["src/part/**"], "verify": ["command"]}]}

        The nonce must be exactly the one above. There are no other keys; what you have nothing to say for stays empty.
        """;

    private string StageAnswer() =>
        $$"""
        {{Where()}}

        {"nonce": {{JsonSerializer.Serialize(Nonce, AgentJson.Default.String)}}, "verdict": {{string.Join(" | ", ResultSchema.Verdicts(Role).Select(v => $"\"{v}\""))}}, "summary": "what you did or found, in at most five sentences",
         "confidence": 0-100, "files": ["path"],{{Corrections}}
         "decisions": [{"topic": "a choice that others should know of", "choice": "what you chose", "why": "the reason"}]}

        The nonce must be exactly the one above. Say nothing where you have nothing to say, but always nonce and verdict.
        """;

    private string Where() => InSchema
        ? $"When you have finished, and only then, give your result as your final answer, in the schema that you are held to (a JSON object like this one; you may instead write it to the file {ResultPath}, which is outside your working folder):"
        : $"When you have finished, and only then, write your result as one JSON object to the file {ResultPath} (it is outside your working folder on purpose; do not commit it):";

    private string Corrections => ResultSchema.IsJudge(Role) ? "\n \"corrections\": [{\"severity\": \"critical|major|minor\", \"file\": \"path\", \"line\": 12, \"message\": \"what is wrong and what would be right\"}]," : "";
}

[System.Text.Json.Serialization.JsonSerializable(typeof(string))]
internal sealed partial class AgentJson : System.Text.Json.Serialization.JsonSerializerContext;
