using System.Text.Json;
using System.Text.Json.Nodes;
using Tutti.Core.Session;

namespace Tutti.Tests.GoldenJournals;

/// <summary>A journal that a released version wrote, and what it came to.</summary>
/// <param name="Path">Of the journal.</param>
public sealed record GoldenJournal(string Path)
{
    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true };

    /// <summary>All of them, of every version.</summary>
    public static IReadOnlyList<GoldenJournal> All { get; } =
    [
        .. Directory.EnumerateFiles(System.IO.Path.Combine(Root(), "tests", "Tutti.Tests", "GoldenJournals"), "*.jsonl", SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal).Select(path => new GoldenJournal(path)),
    ];

    /// <summary>For example <c>0.1.0/undone</c>.</summary>
    public string Name => $"{System.IO.Path.GetFileName(System.IO.Path.GetDirectoryName(Path))}/{System.IO.Path.GetFileNameWithoutExtension(Path)}";

    /// <summary>Where the summary is.</summary>
    public string Expected => System.IO.Path.ChangeExtension(Path, ".expected.json");

    /// <summary>Its lines, as bytes.</summary>
    public IEnumerable<byte[]> Lines()
    {
        var rest = File.ReadAllBytes(Path).AsMemory();
        while (rest.Span.IndexOf((byte)'\n') is >= 0 and var end)
        {
            yield return rest[..end].ToArray();
            rest = rest[(end + 1)..];
        }
    }

    /// <summary>
    /// What a session came to, in words that no later version may mean otherwise. Not the status of the screens: that may say more with every
    /// version.
    /// </summary>
    public static string Summary(SessionState state) => new JsonObject
    {
        ["session"] = state.Id,
        ["seq"] = state.Seq,
        ["status"] = state.Status.ToString(),
        ["exit_code"] = state.ExitCode,
        ["reason"] = state.Ending?.Reason?.Code,
        ["restored_from"] = state.RestoredFrom,
        ["target"] = state.Landing.Target,
        ["tip"] = state.Landing.Tip,
        ["integrated"] = List(state.Landing.Integrated),
        ["pull_request"] = state.Landing.PullRequest?.Url,
        ["max_agents"] = state.MaxAgents,
        ["tokens"] = state.Usage.Tokens,
        ["usd"] = state.Usage.Usd,
        ["holds"] = List(state.Holds.Keys),
        ["collisions"] = List(state.Collisions.Select(c => $"{c.Task} with {c.With ?? "the target"}")),
        ["checkpoints"] = List(state.Checkpoints.Select(c => $"{c.Name} at {c.Seq}")),
        ["tasks"] = new JsonObject(state.Plan.Tasks.Select(spec => KeyValuePair.Create(spec.Id, (JsonNode?)Task(state.Tasks[spec.Id])))),
    }.ToJsonString(Readable) + "\n";

    private static JsonObject Task(TaskState task) => new()
    {
        ["phase"] = task.Phase.ToString(),
        ["step"] = task.Step.ToString(),
        ["stage"] = task.Stage.ToString(),
        ["round"] = task.Round,
        ["unmet"] = task.Unmet,
        ["branch"] = task.Branch,
        ["head"] = task.Head,
        ["landed"] = task.Landed,
        ["resolved"] = task.Resolved?.Commit,
        ["stacked_on"] = task.StackedOn,
        ["restored"] = task.Restored?.Head,
        ["failure"] = task.Failure?.Code,
        ["preserved"] = task.Preserved,
        ["told"] = task.Told?.ToString(),
        ["slot"] = task.Slot?.Name,
        ["tokens"] = task.Usage.Tokens,
        ["attempts"] = List(task.Attempts.Select(a => $"{a.Number} {a.Stage} {a.Agent} {a.Outcome?.ToString() ?? "lives"} {a.Failure?.Code}".TrimEnd())),
        ["decisions"] = List(task.Decisions.Select(d => $"{d.Topic}: {d.Choice}")),
    };

    private static JsonArray List(IEnumerable<string> words) => new([.. words.Select(w => (JsonNode?)JsonValue.Create(w))]);

    private static string Root()
    {
        var at = AppContext.BaseDirectory;
        while (!File.Exists(System.IO.Path.Combine(at, "Tutti.slnx")))
            at = System.IO.Path.GetDirectoryName(at) ?? throw new InvalidOperationException("no Tutti.slnx above the test program");
        return at;
    }
}
