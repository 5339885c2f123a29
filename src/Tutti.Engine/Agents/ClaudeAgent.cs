using System.Text.Json;
using System.Text.Json.Nodes;
using Tutti.Core;
using Tutti.Core.Session;
using Tutti.Engine.Processes;

namespace Tutti.Engine.Agents;

/// <summary>Claude Code, headless: <c>claude -p --output-format stream-json</c>, held to a JSON schema, prompt on stdin.</summary>
public sealed class ClaudeAgent : StreamAgent
{
    // Ten retries, its own default, take three minutes; Tutti waits and tries again by itself.
    private const string Retries = "5";

    // What makes the user's claude the user's: linked, so that a change is seen by all. The sign-in is among it on purpose: a copy would
    // go on with a refresh token that another copy has used up already, and sign everybody out.
    private static readonly string[] Users =
        [".credentials.json", "settings.json", "CLAUDE.md", "agents", "commands", "skills", "plugins", "rules", "output-styles", "keybindings.json"];

    public override string Kind => "claude";

    public override AgentTraits Traits { get; } = new()
    {
        AnswersInSchema = true,
        Continues = true,
        Variables = ["ANTHROPIC_", "CLAUDE_", "AWS_", "CLOUD_ML_", "VERTEX_", "GOOGLE_APPLICATION_", "GOOGLE_CLOUD_", "DISABLE_", "MAX_THINKING_TOKENS", "MCP_", "BASH_"],
    };

    protected override string Program => "claude";

    protected override string Installing => "npm install -g @anthropic-ai/claude-code";

    protected override string SigningIn => "start 'claude' once and sign in with /login, or set ANTHROPIC_API_KEY";

    public override AttemptCommand Prepare(AttemptRequest request)
    {
        request.Folder.Create().WritePrompt(request.Prompt);
        var environment = AgentEnvironment.Of(request, [.. Traits.Variables]);
        if (OwnFolder.IsWanted(request.Entry))
            Configure(request, environment);
        Quieten(environment);
        if (request.Sandboxed)
            environment["IS_SANDBOX"] = "1";
        var command = Command(request.Entry);
        return new AttemptCommand(command[0], [.. command.Skip(1), .. Arguments(request)], request.Slot, environment, request.Folder.Prompt);
    }

    public override SignIn SignedIn(AgentEntry? entry, IReadOnlyDictionary<string, string> environment)
    {
        string[] keys = ["ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN", "CLAUDE_CODE_OAUTH_TOKEN", "CLAUDE_CODE_USE_BEDROCK", "CLAUDE_CODE_USE_VERTEX", "CLAUDE_CODE_USE_FOUNDRY"];
        if (Array.Find(keys, key => environment.GetValueOrDefault(key) is { Length: > 0 }) is { } set)
            return new SignIn(true, $"{set} is set");
        var folder = OwnFolder.OfUser(environment, "CLAUDE_CONFIG_DIR", ".claude");
        if (File.Exists(Path.Combine(folder, ".credentials.json")))
            return new SignIn(true, $"signed in ({Path.Combine(folder, ".credentials.json")})");
        if (Read(Path.Combine(folder, "settings.json"))?["apiKeyHelper"] is not null)
            return new SignIn(true, "an apiKeyHelper is configured");
        // On macOS the sign-in is in the keychain, which is not to be asked behind the user's back.
        return OperatingSystem.IsMacOS() ? new SignIn(null, "no key is set; a sign-in may be in the keychain") : new SignIn(false, $"no ANTHROPIC_API_KEY, and no sign-in in {folder}");
    }

    protected override IStreamParser Parser(AttemptRequest request) => new ClaudeStream(request.Continue?.Before.Usd ?? 0, request.Model);

    protected override AgentProblem? Explain(AttemptExit exit, string stderr)
    {
        if (stderr.Contains("unknown option", StringComparison.Ordinal) || stderr.Contains("argument missing", StringComparison.Ordinal) || stderr.Contains("is invalid. Allowed choices", StringComparison.Ordinal))
            return new AgentProblem(AgentFailure.Misconfigured, stderr);
        if (stderr.Contains("is already in use", StringComparison.Ordinal) || stderr.Contains("No conversation found", StringComparison.Ordinal))
            return new AgentProblem(AgentFailure.ConversationUnknown, stderr);
        return stderr.Length > 0 ? ProviderWords.Problem(null, stderr) : null;
    }

    private static List<string> Arguments(AttemptRequest request)
    {
        List<string> arguments = ["-p", "--output-format", "stream-json", "--verbose", "--json-schema", ResultSchema.Of(request.Role)];
        if (request.Model is { } model)
            arguments.AddRange(["--model", model]);
        arguments.AddRange(request.Continue is { } earlier ? ["--resume", earlier.Conversation] : ["--session-id", OwnFolder.Uuid(request)]);
        if (!Says(request.Entry, "--permission-mode", "--dangerously-skip-permissions"))
            arguments.AddRange(request.Sandboxed ? ["--dangerously-skip-permissions"] : ["--permission-mode", "acceptEdits"]);
        if (!request.Sandboxed && !Says(request.Entry, "--allowedTools", "--allowed-tools"))
            arguments.AddRange(["--allowedTools", "Bash"]);
        return [.. arguments, .. request.Entry?.Args ?? []];
    }

    private static void Configure(AttemptRequest request, Dictionary<string, string> environment)
    {
        var (user, own) = (OwnFolder.OfUser(environment, "CLAUDE_CONFIG_DIR", ".claude"), request.Folder.Agent);
        OwnFolder.Link(user, own, Users);
        var state = environment.ContainsKey("CLAUDE_CONFIG_DIR") ? Path.Combine(user, ".claude.json") : Path.Combine(environment.GetValueOrDefault("HOME") ?? "", ".claude.json");
        WriteState(state, Path.Combine(own, ".claude.json"));
        if (request.Continue is { } earlier)
            OwnFolder.Take(earlier.Folder.Agent, own, "projects");
        environment["CLAUDE_CONFIG_DIR"] = own;
    }

    // The file that parallel agents have corrupted elsewhere: an attempt gets its own, without the history of other projects.
    private static void WriteState(string from, string to)
    {
        if (File.Exists(to) || Read(from) is not { } state)
            return;
        state.Remove("projects");
        state.Remove("history");
        File.WriteAllText(to, state.ToJsonString());
    }

    private static JsonObject? Read(string path)
    {
        try
        {
            return File.Exists(path) ? JsonNode.Parse(File.ReadAllBytes(path)) as JsonObject : null;
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            // A file of the user's that cannot be read: claude begins with its defaults, as it would itself.
            return null;
        }
    }

    private static void Quieten(Dictionary<string, string> environment)
    {
        foreach (var name in new[] { "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC", "DISABLE_AUTOUPDATER", "DISABLE_TELEMETRY", "DISABLE_ERROR_REPORTING" })
            OwnFolder.Default(environment, name, "1");
        OwnFolder.Default(environment, "CLAUDE_CODE_MAX_RETRIES", Retries);
    }
}
