using ModelServer;
using Tutti.ProcessTests.Support;

namespace Tutti.ProcessTests.RealAgents;

/// <summary>
/// A session's lab in which the real programs work, each with a key and a home of the test's own, against a model on loopback that
/// does what the tasks' texts say (<see cref="Obedient"/>). Skipped, and said so, where the programs are not installed.
/// </summary>
public sealed class AgentLab : IAsyncDisposable
{
    /// <summary>The four, in the order of the catalog.</summary>
    public static readonly string[] All = ["claude", "codex", "opencode", "gemini"];

    /// <summary>Two of them once more, driven through the Agent Client Protocol.</summary>
    public static readonly string[] ThroughAcp = ["opencode-acp", "gemini-acp"];

    private const string Quiet = "verify: [\"./test.sh\"]\n";

    private AgentLab(ScriptedModel model, Obedient obedient, SessionLab lab)
    {
        (Model, Obedient) = (model, obedient);
        Lab = lab;
    }

    public ScriptedModel Model { get; }

    /// <summary>What the model goes by, where no other script was given.</summary>
    public Obedient Obedient { get; }

    public SessionLab Lab { get; }

    /// <summary>Makes the lab.</summary>
    /// <param name="roles">In the form of the configuration, for example <c>develop: claude, review: codex, qa: none</c>.</param>
    /// <param name="limits">Further limits.</param>
    /// <param name="settings">Further lines of the configuration.</param>
    /// <param name="script">The model; by default an obedient one.</param>
    public static async Task<AgentLab> StartAsync(string roles, string limits = "", string settings = "", Func<ModelRequest, ModelReply>? script = null)
    {
        foreach (var agent in All)
            Assert.SkipUnless(File.Exists(Program(agent)), $"{agent} is not installed: run scripts/install-agents");
        var obedient = new Obedient();
        var model = await ScriptedModel.StartAsync(script ?? obedient.Reply);
        var entries = string.Concat(All.Concat(ThroughAcp).Select(agent => Entry(agent, model.Url)));
        var lab = new SessionLab(limits, $"{Quiet}roles: {{ {roles} }}\nagents:\n{entries}{settings}", ("test.sh", "#!/bin/sh\nexit 0\n"));
        lab.Run(lab.Top, "chmod", "+x", "test.sh");
        lab.Commit("a test");
        Directory.CreateDirectory(Path.Combine(lab.Home, ".gemini"));
        await File.WriteAllTextAsync(Path.Combine(lab.Home, ".gemini", "settings.json"), """{"security":{"auth":{"selectedType":"gemini-api-key"}},"general":{"maxAttempts":2}}""");
        return new AgentLab(model, obedient, lab);
    }

    /// <summary>The file of a program that scripts/install-agents has installed.</summary>
    public static string Program(string agent) => Path.Combine(Root, "tests", "agents", "node_modules", ".bin", agent);

    /// <summary>A plan of one task whose description is the model's script.</summary>
    public static string Plan(string id, params string[] lines) => "version: 1\ntasks:\n" + TaskOf(id, null, lines);

    /// <summary>One task of a plan.</summary>
    public static string TaskOf(string id, string? agent, params string[] lines) =>
        $"  - id: {id}\n    title: The task {id}\n{(agent is null ? "" : $"    agent: {agent}\n")}    description: |\n{string.Concat(lines.Select(line => $"      {line}\n"))}";

    public async ValueTask DisposeAsync()
    {
        await Lab.DisposeAsync();
        await Model.DisposeAsync();
    }

    private static string Root { get; } = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", "..", ".."));

    // Each as a user would configure it for a model of their own; what makes it quick or quiet is in the environment, as users do it.
    private static string Entry(string agent, string url) => agent switch
    {
        "claude" => $$"""
              claude:
                command: "{{Program("claude")}}"
                model: claude-sonnet-4-5
                env: { ANTHROPIC_BASE_URL: "{{url}}/claude", ANTHROPIC_API_KEY: key-claude, CLAUDE_CODE_MAX_RETRIES: "1" }

            """,
        "codex" => $$$"""
              codex:
                command: "{{{Program("codex")}}}"
                model: gpt-5.1-codex
                env: { MODEL_KEY: key-codex }
                args: [--disable, plugins, -c, model_provider=own, -c, 'model_providers.own={name="own",base_url="{{{url}}}/codex/v1",env_key="MODEL_KEY",wire_api="responses",supports_websockets=false,request_max_retries=0,stream_max_retries=1}']

            """,
        "opencode" => $$$"""
              opencode:
                command: "{{{Program("opencode")}}}"
                model: scripted/m1
                env:
                  OPENCODE_CONFIG_CONTENT: '{"provider":{"scripted":{"npm":"@ai-sdk/openai-compatible","name":"Scripted","options":{"baseURL":"{{{url}}}/opencode/v1","apiKey":"key-opencode"},"models":{"m1":{"name":"m1","limit":{"context":200000,"output":8000} } } } } }'

            """,
        "gemini" => $$"""
              gemini:
                command: "{{Program("gemini")}}"
                model: gemini-2.5-pro
                env: { GEMINI_API_KEY: key-gemini, GOOGLE_GEMINI_BASE_URL: "{{url}}/gemini" }

            """,
        "opencode-acp" => Entry("opencode", url)
            .Replace("opencode:\n", "opencode-acp:\n    kind: acp\n", StringComparison.Ordinal)
            .Replace($"\"{Program("opencode")}\"", $"\"{Program("opencode")} acp\"", StringComparison.Ordinal),
        "gemini-acp" => Entry("gemini", url)
            .Replace("gemini:\n", "gemini-acp:\n    kind: acp\n", StringComparison.Ordinal)
            .Replace($"\"{Program("gemini")}\"", $"\"{Program("gemini")} --acp\"", StringComparison.Ordinal),
        _ => throw new ArgumentOutOfRangeException(nameof(agent), agent, null),
    };
}
