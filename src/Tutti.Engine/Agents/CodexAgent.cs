using Tutti.Core;
using Tutti.Core.Session;
using Tutti.Engine.Processes;

namespace Tutti.Engine.Agents;

/// <summary>OpenAI Codex, headless: <c>codex exec --json</c>, held to a JSON schema, prompt on stdin.</summary>
public sealed class CodexAgent : StreamAgent
{
    private const string ShellVariables = "shell_environment_policy";

    public override string Kind => "codex";

    public override AgentTraits Traits { get; } = new() { AnswersInSchema = true, Continues = true, Variables = ["OPENAI_", "CODEX_", "AZURE_OPENAI_"] };

    protected override string Program => "codex";

    protected override string Installing => "npm install -g @openai/codex";

    protected override string SigningIn => "run 'codex login', or set OPENAI_API_KEY";

    public override SignIn SignedIn(AgentEntry? entry, IReadOnlyDictionary<string, string> environment)
    {
        if (Array.Find(["OPENAI_API_KEY", "CODEX_API_KEY"], key => environment.GetValueOrDefault(key) is { Length: > 0 }) is { } set)
            return new SignIn(true, $"{set} is set");
        var folder = CodexHome.OfUser(environment);
        if (File.Exists(Path.Combine(folder, "auth.json")))
            return new SignIn(true, $"signed in ({Path.Combine(folder, "auth.json")})");
        // A provider of the user's own has a key of a name of its own, or none.
        return Configures(entry, environment, "model_provider")
            ? new SignIn(null, "a model provider of your own is configured")
            : new SignIn(false, $"no OPENAI_API_KEY, and no sign-in in {folder}");
    }

    protected override IStreamParser Parser(AttemptRequest request) => new CodexStream(request.Continue?.Before ?? new Usage(), request.Model);

    protected override AgentProblem? Explain(AttemptExit exit, string stderr)
    {
        if (stderr.Contains("no rollout found", StringComparison.Ordinal))
            return new AgentProblem(AgentFailure.ConversationUnknown, stderr);
        if (exit.Code == 2 || stderr.Contains("Error loading config", StringComparison.Ordinal))
            return new AgentProblem(AgentFailure.Misconfigured, stderr);
        return stderr.Contains("Error:", StringComparison.Ordinal) ? ProviderWords.Problem(null, stderr) : null;
    }

    protected override string WithoutLog(string stderr) => CodexLog.Without(stderr);

    protected override void GiveOwn(AttemptRequest request, Dictionary<string, string> environment) => CodexHome.Make(request, environment);

    protected override string Provide(AttemptRequest request, Dictionary<string, string> environment)
    {
        request.Folder.WriteSchema(ResultSchema.Of(request.Role));
        if (KeepsLog(request.Entry))
            environment[CodexLog.Variable] = CodexLog.Filter;
        return request.Folder.Prompt;
    }

    // Its own sandbox makes .git and the result file read-only, and where the kernel has no Landlock every command fails without a word: it
    // works as all the others do, and Tutti's sandbox is the one that keeps agents in.
    protected override IReadOnlyList<string> CommandLine(AttemptRequest request)
    {
        List<string> arguments = [.. Command(request.Entry), "exec", "--json", "--skip-git-repo-check", "--output-schema", request.Folder.Schema];
        if (request.Model is { } model)
            arguments.AddRange(["-m", model]);
        if (!Says(request.Entry, "-s", "--sandbox", "--full-auto", "--dangerously-bypass-approvals-and-sandbox"))
            arguments.AddRange(request.Sandboxed ? ["--dangerously-bypass-approvals-and-sandbox"] : ["--sandbox", "danger-full-access"]);
        arguments.AddRange(["-c", "analytics.enabled=false", "-c", "check_for_update_on_startup=false"]);
        if (KeepsLog(request.Entry))
            arguments.AddRange(["-c", $"{ShellVariables}.exclude=[\"{CodexLog.Variable}\"]"]);
        arguments.AddRange(request.Entry?.Args ?? []);
        if (request.Continue is { } earlier)
            arguments.AddRange(["resume", earlier.Conversation]);
        arguments.Add("-");
        return arguments;
    }

    // The commands that it runs must not have the variable, which means something to every program in Rust. Where the user has a say in what they get, or
    // in what is logged, that stays, and the log is done without.
    private bool KeepsLog(AgentEntry? entry)
    {
        var environment = AgentEnvironment.Of(entry, [.. Traits.Variables]);
        return !environment.ContainsKey(CodexLog.Variable) && !Configures(entry, environment, ShellVariables);
    }

    // In the user's config.toml, or on the command line.
    private static bool Configures(AgentEntry? entry, IReadOnlyDictionary<string, string> environment, string setting)
    {
        return entry?.Args?.Any(argument => argument.Contains(setting, StringComparison.Ordinal)) == true || Configuration().Contains(setting, StringComparison.Ordinal);

        string Configuration()
        {
            try
            {
                var file = Path.Combine(CodexHome.OfUser(environment), "config.toml");
                return File.Exists(file) ? File.ReadAllText(file) : "";
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // What Codex cannot read itself, it says; the doctor and the other agents go on.
                return "";
            }
        }
    }
}
