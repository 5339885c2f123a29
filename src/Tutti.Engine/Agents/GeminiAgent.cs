using Tutti.Core;
using Tutti.Core.Session;
using Tutti.Engine.Processes;

namespace Tutti.Engine.Agents;

/// <summary>Google's Gemini CLI, headless: <c>gemini -o stream-json</c>, prompt on stdin, result by file or in its last words.</summary>
public sealed class GeminiAgent : StreamAgent
{
    // Exit codes of its own; others are an HTTP status modulo 256.
    private const int NotAuthenticated = 41;
    private const int WrongInput = 42;
    private const int NoSandbox = 44;
    private const int WrongConfiguration = 52;
    private const int TurnLimit = 53;
    private const int Untrusted = 55;
    private const int LeastStatus = 400 - 256;

    // What it always says on stderr, and what its tools complain of: none of it is why it ended.
    private static readonly string[] Chatter = ["Warning: ", "YOLO mode", "Ripgrep is not", "[STARTUP]", "    at ", "Error executing tool", "Attempt "];

    private static readonly string[] Keys = ["GEMINI_API_KEY", "GOOGLE_API_KEY", "GOOGLE_APPLICATION_CREDENTIALS"];

    public override string Kind => "gemini";

    public override AgentTraits Traits { get; } = new() { Continues = true, NeedsIdentity = true, Variables = ["GEMINI_", "GOOGLE_"] };

    protected override string Program => "gemini";

    protected override string Installing => "npm install -g @google/gemini-cli";

    protected override string SigningIn => "start 'gemini' once and sign in with /auth, or set GEMINI_API_KEY";

    public override SignIn SignedIn(AgentEntry? entry, IReadOnlyDictionary<string, string> environment)
    {
        bool IsSet(string name) => environment.GetValueOrDefault(name) is { Length: > 0 };
        if (Array.Find(Keys, key => IsSet(key) && (key != "GOOGLE_API_KEY" || IsSet("GOOGLE_GENAI_USE_VERTEXAI"))) is { } set)
            return new SignIn(true, $"{set} is set");
        if (IsSet("GOOGLE_GENAI_USE_VERTEXAI") && IsSet("GOOGLE_CLOUD_PROJECT") && IsSet("GOOGLE_CLOUD_LOCATION"))
            return new SignIn(true, "Vertex AI is configured");
        return GeminiHome.SignedIn(environment) ?? new SignIn(false, $"no GEMINI_API_KEY, and no sign-in in {GeminiHome.Configuration(GeminiHome.OfUser(environment))}");
    }

    protected override IStreamParser Parser(AttemptRequest request) => new GeminiStream(request.Model);

    protected override AgentProblem? Explain(AttemptExit exit, string stderr)
    {
        var said = string.Join('\n', stderr.Split('\n').Where(line => line.Trim().Length > 0 && !Array.Exists(Chatter, chatter => line.StartsWith(chatter, StringComparison.Ordinal))));
        return exit.Code switch
        {
            NotAuthenticated => new AgentProblem(AgentFailure.NotSignedIn, said),
            WrongInput when said.Contains("Error resuming session", StringComparison.Ordinal) => new AgentProblem(AgentFailure.ConversationUnknown, said),

            // It waits half a second for the first byte of stdin; on a machine under heavy load that may not be enough.
            WrongInput when said.Contains("No input provided", StringComparison.Ordinal) => new AgentProblem(AgentFailure.Crashed, "did not read its prompt in time"),
            WrongInput or NoSandbox or WrongConfiguration or Untrusted => new AgentProblem(AgentFailure.Misconfigured, said),
            TurnLimit => new AgentProblem(AgentFailure.Other, "reached its limit of turns (maxSessionTurns in its settings)"),
            1 when said.Contains("Show help", StringComparison.Ordinal) => new AgentProblem(AgentFailure.Misconfigured, WrongOption(said)),
            >= LeastStatus and var status => GeminiWords.Problem(status + 256, said, null, null),
            _ => said.Length > 0 ? GeminiWords.Problem(null, said, null, null) : null,
        };
    }

    // Of some statuses the stream has only the provider's own words, which may be any; the exit code has the status.
    protected override AgentProblem Explained(AgentProblem told, AttemptExit exit) => told.Code == AgentFailure.Other && exit.Code is >= LeastStatus and var status
        ? GeminiWords.Problem(status + 256, told.Message, null, exit.At)
        : told;

    // Its help is longer than what is read of stderr: the complaint before it may be cut off.
    private static string WrongOption(string said) =>
        said.Split('\n').FirstOrDefault(line => line.StartsWith("Unknown argument", StringComparison.Ordinal) || line.Contains("Argument: ", StringComparison.Ordinal))?.Trim()
        ?? "was called with an option, or a value of one, that it does not know";

    protected override void GiveOwn(AttemptRequest request, Dictionary<string, string> environment) => GeminiHome.Make(request, environment);

    protected override string Provide(AttemptRequest request, Dictionary<string, string> environment)
    {
        GeminiHome.Settle(environment);
        OwnFolder.Default(environment, "TERM", "dumb");
        if (request.Sandboxed)
            environment["GEMINI_SANDBOX"] = "false";
        return GeminiPrompt.Write(request);
    }

    protected override IReadOnlyList<string> CommandLine(AttemptRequest request)
    {
        List<string> arguments = [.. Command(request.Entry), "-o", "stream-json"];
        if (request.Model is { } model && !Says(request.Entry, "-m", "--model"))
            arguments.AddRange(["-m", model]);

        // Every other mode takes the shell away, and most take writing: who cannot ask anybody is given fewer tools.
        if (!Says(request.Entry, "--approval-mode", "-y", "--yolo"))
            arguments.AddRange(["--approval-mode", "yolo"]);

        // It chooses the conversation's id itself and says it first: made to take one (--session-id), it starts 300 ms later.
        if (request.Continue is { } earlier)
            arguments.AddRange(["--resume", earlier.Conversation]);
        return [.. arguments, .. request.Entry?.Args ?? []];
    }
}
