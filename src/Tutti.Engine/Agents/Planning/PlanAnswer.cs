using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Tutti.Core;
using Tutti.Core.Plan;
using Tutti.Engine.Documents;
using Tutti.Engine.Sources;

namespace Tutti.Engine.Agents.Planning;

/// <summary>What an agent answered when it was asked for a plan, read as strictly as a plan of a file, and closed: it holds what the schema has and nothing else.</summary>
/// <remarks>
/// <c>{"nonce":"n1","tasks":[{"id":"login","title":"Add a login","description":"…","acceptance_criteria":["a wrong password is refused"],
/// "depends_on":[],"priority":"high","complexity":3,"work_type":"backend","files":["src/login/**"],"verify":["npm test"]}]}</c><br/>
/// Awkward: fenced in ```json … ```; <c>""</c>, <c>null</c> and <c>[]</c> where there is nothing to say, since a strict schema makes every key required;
/// <c>"version": 1</c>, as in a file; absolute paths into the slot; a key <c>run</c> or <c>roles</c>, which would give commands to run or switch reviews off.
/// </remarks>
/// <param name="Plan">The plan; null where something is wrong with it.</param>
/// <param name="Text">The answer as it was read, to which the lines in <paramref name="Errors"/> refer.</param>
/// <param name="Errors">What is wrong, a line each.</param>
/// <param name="Notes">What is worth knowing of a plan that can be used.</param>
public sealed partial record PlanAnswer(PlanSpec? Plan, string Text, IReadOnlyList<string> Errors, IReadOnlyList<string> Notes)
{
    /// <summary>Most tasks of a plan that an agent made of one request.</summary>
    public const int MostTasks = 50;

    private const int MostErrors = 20;
    private const int LongestId = 40;
    private const string Name = "plan.json";

    private static readonly JsonDocumentOptions Lenient = new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip, AllowDuplicateProperties = false };

    private static readonly JsonWriterOptions Readable = new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly Lazy<IReadOnlyList<string>> TaskKeys = new(() =>
        [.. JsonNode.Parse(ResultSchema.Of(Role.Plan))!["properties"]!["tasks"]!["items"]!["properties"]!.AsObject().Select(key => key.Key)]);

    /// <summary>Reads an answer that carries the attempt's nonce.</summary>
    public static PlanAnswer Read(string json)
    {
        JsonObject root;
        try
        {
            root = Pruned(JsonNode.Parse(WithoutFence(json), documentOptions: Lenient)) as JsonObject ?? throw new JsonException("it is no object");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // The latter for half a surrogate pair in a text.
            return new PlanAnswer(null, json, [$"it is no JSON that can be read: {DocumentFailure.Shown(e.Message)}"], []);
        }

        root.Remove("nonce");
        return Checked(root);
    }

    private static PlanAnswer Checked(JsonObject root)
    {
        var text = Written(root);
        List<string> errors = [.. UnknownKeys(root)];
        PlanSpec? plan = null;
        try
        {
            plan = PlanFile.Parse(text, Name);
            errors.AddRange(plan.Tasks.SelectMany(OfTask));
        }
        catch (FailureException e) when (e.Failure.Code == "unknown_key" && errors.Count > 0)
        {
            // Told already, and all of them.
        }
        catch (FailureException e)
        {
            errors.AddRange(e.Failure.Detail?.Split('\n') ?? [e.Failure.Hint is { } hint ? $"{e.Failure.Message} ({hint})" : e.Failure.Message]);
        }

        if (plan?.Tasks.Count > MostTasks)
            errors.Add($"there are {plan.Tasks.Count} tasks, more than {MostTasks}: cut the work less finely");
        return errors.Count > 0
            ? new PlanAnswer(null, text, [.. errors.Take(MostErrors)], [])
            : new PlanAnswer(plan, text, [], PlanOverlaps.Of(plan!));
    }

    private static IEnumerable<string> UnknownKeys(JsonObject root)
    {
        foreach (var (key, _) in root.Where(entry => entry.Key is not ("version" or "tasks")))
            yield return $"unknown key '{DocumentFailure.Shown(key)}': the plan has only tasks";
        var at = 0;
        foreach (var task in root["tasks"] as JsonArray ?? [])
        {
            at++;
            foreach (var (key, _) in (task as JsonObject ?? []).Where(entry => !TaskKeys.Value.Contains(entry.Key)))
                yield return $"task {at}: unknown key '{DocumentFailure.Shown(key)}'; there are only {string.Join(", ", TaskKeys.Value)}";
        }
    }

    private static IEnumerable<string> OfTask(TaskSpec task)
    {
        var id = DocumentFailure.Shown(task.Id);
        if (task.Id.Length > LongestId || !Slug().IsMatch(task.Id))
            yield return $"id '{id}' is no slug: at most {LongestId} lower-case letters and digits, with single hyphens between";
        foreach (var claim in task.Files.Where(Leaves))
            yield return $"task '{id}' claims '{DocumentFailure.Shown(claim)}', which is not inside the repository: give paths relative to its top folder";
    }

    // "/etc/x", "~/x", "C:\x", "../x", "src/../../x"; and git's own folder, which nobody is to work on.
    private static bool Leaves(string claim)
    {
        var path = claim.Trim().Replace('\\', '/');
        if (path.StartsWith('/') || path.StartsWith('~') || (path.Length > 1 && path[1] == ':'))
            return true;
        var depth = 0;
        foreach (var name in path.Split('/').Where(name => name is not ("" or ".")))
        {
            if (depth == 0 && name == ".git")
                return true;
            depth += name == ".." ? -1 : 1;
            if (depth < 0)
                return true;
        }

        return false;
    }

    private static string WithoutFence(string json)
    {
        var (first, last) = (json.IndexOf('{'), json.LastIndexOf('}'));
        return first >= 0 && last > first ? json[first..(last + 1)] : json;
    }

    private static JsonNode? Pruned(JsonNode? node) => node switch
    {
        null => null,
        JsonObject map => new JsonObject(map.Select(entry => KeyValuePair.Create(entry.Key, Pruned(entry.Value))).Where(entry => entry.Value is not null)),
        JsonArray list => list.Select(Pruned).Where(item => item is not null).ToArray() is { Length: > 0 } items ? new JsonArray(items) : null,
        _ when node.GetValueKind() == JsonValueKind.String && string.IsNullOrWhiteSpace(node.GetValue<string>()) => null,
        _ => node.DeepClone(),
    };

    private static string Written(JsonObject root)
    {
        using var bytes = new MemoryStream();
        using (var writer = new Utf8JsonWriter(bytes, Readable))
            root.WriteTo(writer);
        return Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length);
    }

    [GeneratedRegex("^[a-z0-9]+([-_][a-z0-9]+)*$", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Slug();
}
