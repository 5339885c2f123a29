using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tutti.Core;
using Tutti.Core.Session;
using Tutti.Engine.Processes;

namespace Tutti.Engine.Agents;

/// <summary>OpenCode, headless: <c>opencode run --format json</c>, prompt on stdin.</summary>
public sealed class OpenCodeAgent : StreamAgent
{
    private const string Content = "OPENCODE_CONFIG_CONTENT";

    private static readonly JsonDocumentOptions Unique = new() { AllowDuplicateProperties = false };
    private static readonly string[] Quiet = ["AUTOUPDATE", "MODELS_FETCH", "DEFAULT_PLUGINS", "LSP_DOWNLOAD", "SHARE"];

    private static readonly string[] Keys =
        ["ANTHROPIC_API_KEY", "OPENAI_API_KEY", "GEMINI_API_KEY", "GOOGLE_GENERATIVE_AI_API_KEY", "OPENROUTER_API_KEY", "GROQ_API_KEY", "MISTRAL_API_KEY", "DEEPSEEK_API_KEY", "XAI_API_KEY", "OPENCODE_API_KEY"];

    public override string Kind => "opencode";

    public override AgentTraits Traits { get; } = new()
    {
        Continues = true,
        Variables = ["OPENCODE_", "ANTHROPIC_", "OPENAI_", "GEMINI_", "GOOGLE_", "OPENROUTER_", "GROQ_", "MISTRAL_", "DEEPSEEK_", "XAI_", "AZURE_", "AWS_"],
    };

    protected override string Program => "opencode";

    protected override string Installing => "npm install -g opencode-ai";

    protected override string SigningIn => "run 'opencode auth login', or set the key of your model's provider";

    public override SignIn SignedIn(AgentEntry? entry, IReadOnlyDictionary<string, string> environment)
    {
        if (Array.Find(Keys, key => environment.GetValueOrDefault(key) is { Length: > 0 }) is { } set)
            return new SignIn(true, $"{set} is set");
        var auth = Path.Combine(OpenCodeHome.OfUser(environment), "auth.json");
        if (File.Exists(auth))
            return new SignIn(true, $"signed in ({auth})");
        return environment.GetValueOrDefault(Content) is { Length: > 0 } ? new SignIn(null, $"{Content} may hold a key") : new SignIn(null, $"no key of a known provider, and no {auth}; a provider of your own may need none");
    }

    protected override IStreamParser Parser(AttemptRequest request) => new OpenCodeStream(request.Model, WindowOf(request));

    protected override AgentProblem? Explain(AttemptExit exit, string stderr)
    {
        stderr = OpenCodeLog.Without(stderr);
        if (stderr.Contains("Session not found", StringComparison.Ordinal))
            return new AgentProblem(AgentFailure.ConversationUnknown, stderr);
        if (stderr.Contains("ModelNotFound", StringComparison.OrdinalIgnoreCase) || stderr.Contains("split is not a function", StringComparison.Ordinal))
            return new AgentProblem(AgentFailure.ModelUnknown, stderr);
        if (stderr.Contains("Unknown argument", StringComparison.Ordinal) || stderr.Contains("ConfigInvalid", StringComparison.Ordinal) || stderr.Contains("Config file", StringComparison.Ordinal))
            return new AgentProblem(AgentFailure.Misconfigured, stderr);
        return stderr.Contains("Error", StringComparison.Ordinal) ? ProviderWords.Problem(null, stderr) : null;
    }

    protected override void GiveOwn(AttemptRequest request, Dictionary<string, string> environment) => OpenCodeHome.Make(request, environment);

    protected override string Provide(AttemptRequest request, Dictionary<string, string> environment)
    {
        environment[Content] = WithPermissions(environment.GetValueOrDefault(Content));
        // It leaves a library of 5 MB there at each start.
        environment["TMPDIR"] = Directory.CreateDirectory(request.Folder.Temporary).FullName;
        foreach (var name in Quiet)
            OwnFolder.Default(environment, $"OPENCODE_DISABLE_{name}", "1");
        return request.Folder.Prompt;
    }

    protected override IReadOnlyList<string> CommandLine(AttemptRequest request)
    {
        List<string> arguments = [.. Command(request.Entry), "run", "--format", "json"];
        // What it tries again, for hours where a provider asks for it, it tells nowhere else.
        if (!Says(request.Entry, "--print-logs", "--log-level"))
            arguments.AddRange(OpenCodeLog.Options);
        if (request.Model is { } model)
            arguments.AddRange(["--model", model]);
        if (request.Continue is { } earlier)
            arguments.AddRange(["--session", earlier.Conversation]);
        return [.. arguments, .. request.Entry?.Args ?? []];
    }

    // {"provider":{"mine":{"models":{"m1":{"limit":{"context":200000,"output":8000}}}}}}, for mine/m1.
    private long? WindowOf(AttemptRequest request)
    {
        if (request.Model?.Split('/', 2) is not [var provider, var name])
            return null;
        try
        {
            using var config = JsonDocument.Parse(AgentEnvironment.Of(request.Entry, [.. Traits.Variables]).GetValueOrDefault(Content) ?? "{}");
            return config.RootElement.Get("provider", provider, "models", name, "limit")?.Count("context") is { } configured and > 0 ? configured : ModelPrices.WindowOf(name);
        }
        catch (JsonException)
        {
            return ModelPrices.WindowOf(name);
        }
    }

    // Nobody is there to be asked; what the user has said about permissions stays.
    private static string WithPermissions(string? content)
    {
        JsonObject config;
        try
        {
            config = content is { Length: > 0 } ? JsonNode.Parse(JsonHalves.Mended(Encoding.UTF8.GetBytes(content)).Span, documentOptions: Unique) as JsonObject ?? [] : [];
        }
        catch (JsonException)
        {
            // The user's own, and not JSON, or with a name that stands twice: opencode itself says what is wrong with it.
            return content!;
        }

        config.TryAdd("permission", new JsonObject { ["*"] = "allow", ["external_directory"] = "allow", ["doom_loop"] = "allow" });
        config.TryAdd("autoupdate", false);
        config.TryAdd("share", "disabled");
        return config.ToJsonString();
    }
}
