using System.Text.Json.Nodes;
using Tutti.Core.Plan;

namespace Tutti.Engine.Agents;

/// <summary>
/// The JSON schema in which a role answers, for agents that can be held to one (SPEC 6, "Result of a stage"; for the plan role, the
/// plan of SPEC 6).
/// </summary>
/// <remarks>
/// Strict in OpenAI's sense, which is the stricter one: every object names all its properties as required and allows no others,
/// so what may be left out is nullable instead.
/// </remarks>
public static class ResultSchema
{
    /// <summary>The verdicts a role may give, in the words of the result file.</summary>
    public static IReadOnlyList<string> Verdicts(Role role) => role switch
    {
        Role.Review => ["approved", "corrections_needed", "rejected"],
        Role.Qa or Role.E2e => ["approved", "corrections_needed", "rejected", "qa_blocked"],
        _ => ["done", "blocked"],
    };

    /// <summary>True for the roles that judge work instead of doing it.</summary>
    public static bool IsJudge(Role role) => role is Role.Review or Role.Qa or Role.E2e;

    /// <summary>The schema, as one line of JSON.</summary>
    public static string Of(Role role) => (role == Role.Plan ? Plan() : Result(role)).ToJsonString();

    private static JsonObject Result(Role role) => Closed(
        ("nonce", Text()),
        ("verdict", OneOf(Verdicts(role))),
        ("summary", Text()),
        ("confidence", Whole(0, 100)),
        ("files", ListOf(Text())),
        ("corrections", ListOf(Closed(
            ("severity", OneOf(["critical", "major", "minor"])), ("file", OrNull("string")), ("line", OrNull("integer")), ("message", Text())))),
        ("decisions", ListOf(Closed(("topic", Text()), ("choice", Text()), ("why", Text())))));

    private static JsonObject Plan() => Closed(
        ("nonce", Text()),
        ("tasks", ListOf(Closed(
            ("id", Text()),
            ("title", Text()),
            ("description", Text()),
            ("acceptance_criteria", ListOf(Text())),
            ("depends_on", ListOf(Text())),
            ("priority", OneOf(["critical", "high", "medium", "low"])),
            ("complexity", Whole(1, 10)),
            ("work_type", Text()),
            ("files", ListOf(Text())),
            ("verify", ListOf(Text()))))));

    private static JsonObject Closed(params ReadOnlySpan<(string Name, JsonObject Schema)> properties)
    {
        var (all, required) = (new JsonObject(), new JsonArray());
        foreach (var (name, schema) in properties)
        {
            all[name] = schema;
            required.Add((JsonNode)name);
        }

        return new JsonObject { ["type"] = "object", ["properties"] = all, ["required"] = required, ["additionalProperties"] = false };
    }

    private static JsonObject Text() => new() { ["type"] = "string" };

    private static JsonObject Whole(int least, int most) => new() { ["type"] = "integer", ["minimum"] = least, ["maximum"] = most };

    private static JsonObject OrNull(string type) => new() { ["type"] = new JsonArray(type, "null") };

    private static JsonObject OneOf(IReadOnlyList<string> words) => new() { ["type"] = "string", ["enum"] = new JsonArray([.. words.Select(word => (JsonNode)word)]) };

    private static JsonObject ListOf(JsonObject items) => new() { ["type"] = "array", ["items"] = items };
}
