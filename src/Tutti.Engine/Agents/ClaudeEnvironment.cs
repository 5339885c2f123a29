using System.Text.Json;

namespace Tutti.Engine.Agents;

/// <summary>The variables Claude Code gets.</summary>
internal static class ClaudeEnvironment
{
    /// <summary>Prefixes of the variables it documents. Named closely: a bare <c>BASH_</c> would let <c>BASH_ENV</c> in.</summary>
    public static readonly IReadOnlyList<string> Documented =
    [
        "ANTHROPIC_", "CLAUDE_", "DISABLE_AUTOUPDATER", "DISABLE_TELEMETRY", "DISABLE_ERROR_REPORTING", "DISABLE_PROMPT_CACHING", "DISABLE_COMPACT", "DISABLE_AUTO_COMPACT",
        "API_TIMEOUT_MS", "MAX_THINKING_TOKENS", "MAX_MCP_OUTPUT_TOKENS", "MCP_TIMEOUT", "MCP_TOOL_TIMEOUT", "BASH_DEFAULT_TIMEOUT_MS", "BASH_MAX_", "ENABLE_TOOL_SEARCH", "USE_BUILTIN_RIPGREP",
    ];

    // A cloud's variables are secrets of other things as well: they pass only where claude is told to use that cloud.
    private static readonly (string Switch, string[] Variables)[] Clouds =
    [
        ("CLAUDE_CODE_USE_BEDROCK", ["AWS_"]),
        ("CLAUDE_CODE_USE_VERTEX", ["GOOGLE_", "CLOUDSDK_", "GCLOUD_PROJECT", "CLOUD_ML_REGION", "VERTEX_REGION_"]),
        ("CLAUDE_CODE_USE_FOUNDRY", ["AZURE_"]),
    ];

    // What claude tells its own children. Tutti may be such a child; an attempt is none, and must not talk into the session it was begun from.
    private static readonly string[] OfOuterSession =
    [
        "CLAUDE_CODE_CHILD_SESSION", "CLAUDE_CODE_CHILD_NOTES_DIR", "CLAUDE_CODE_ENTRYPOINT", "CLAUDE_CODE_EXECPATH", "CLAUDE_CODE_MESSAGING_SOCKET", "CLAUDE_CODE_MESSAGING_TOKEN",
        "CLAUDE_CODE_SESSION_ATTENDED", "CLAUDE_CODE_SESSION_ID", "CLAUDE_CODE_SESSION_KIND", "CLAUDE_CODE_SSE_PORT", "CLAUDE_CODE_TASK_LIST_ID", "CLAUDE_CODE_PROJECT_DIR_NAME",
        "CLAUDE_EFFORT", "CLAUDE_ENV_FILE", "CLAUDE_PID", "CLAUDE_PLUGIN_DATA", "CLAUDE_PLUGIN_ROOT", "CLAUDE_PROJECT_DIR",
    ];

    private static readonly string[] Quiet = ["CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC", "DISABLE_AUTOUPDATER", "DISABLE_TELEMETRY", "DISABLE_ERROR_REPORTING"];

    // Ten retries, its own default, take three minutes; five take twenty seconds, and then Tutti waits and tries again by itself.
    private const string Retries = "5";

    /// <summary>All variables of an attempt; what the user has set stays as it is.</summary>
    public static Dictionary<string, string> Of(AttemptRequest request)
    {
        var environment = AgentEnvironment.Of(request, [.. Documented]);
        if (CloudsOf(environment, ClaudeHome.Of(environment).Settings) is { Length: > 0 } further)
            environment = AgentEnvironment.Of(request, [.. Documented, .. further]);
        foreach (var name in OfOuterSession)
        {
            if (request.Entry?.Env?.ContainsKey(name) != true)
                environment.Remove(name);
        }

        foreach (var name in Quiet)
            OwnFolder.Default(environment, name, "1");
        OwnFolder.Default(environment, "CLAUDE_CODE_MAX_RETRIES", Retries);

        // Without it, claude refuses to skip permissions for root, who one is in many containers.
        if (request.Sandboxed)
            environment["IS_SANDBOX"] = "1";
        return environment;
    }

    /// <summary>The switch of the cloud that claude is told to use, by a variable or by the user's settings; null where it is none.</summary>
    public static string? Cloud(IReadOnlyDictionary<string, string> environment, JsonElement? settings) =>
        Clouds.Select(cloud => cloud.Switch).FirstOrDefault(name => IsOn(environment.GetValueOrDefault(name)) || IsOn(settings?.Get("env")?.Text(name)));

    private static string[] CloudsOf(Dictionary<string, string> environment, JsonElement? settings) =>
        Cloud(environment, settings) is { } name ? Clouds.First(cloud => cloud.Switch == name).Variables : [];

    private static bool IsOn(string? value) => value is { Length: > 0 } and not "0" && !value.Equals("false", StringComparison.OrdinalIgnoreCase);
}
