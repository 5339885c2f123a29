using System.Security.Cryptography;
using System.Text;
using Tutti.Core;
using Tutti.Core.Session;
using Tutti.Engine.Processes;

namespace Tutti.Engine.Agents;

/// <summary>Claude Code, headless: <c>claude -p --output-format stream-json</c>, held to a JSON schema, prompt on stdin.</summary>
public sealed class ClaudeAgent : StreamAgent
{
    // Commands and the web can be used without a question, since nobody is there to answer it. Edits in the slot come with acceptEdits.
    private const string Allowed = "Bash,WebFetch,WebSearch";

    // A worktree of the agent's own would take its work out of the slot, where nobody looks for it.
    private const string Disallowed = "EnterWorktree";

    public override string Kind => "claude";

    public override AgentTraits Traits { get; } = new() { AnswersInSchema = true, Continues = true, Variables = ClaudeEnvironment.Documented };

    protected override string Program => "claude";

    protected override string Installing => "npm install -g @anthropic-ai/claude-code";

    protected override string SigningIn => "start 'claude' once and sign in with /login, or set ANTHROPIC_API_KEY";

    public override SignIn SignedIn(AgentEntry? entry, IReadOnlyDictionary<string, string> environment) => ClaudeHome.Of(environment).SignedIn(environment);

    protected override IStreamParser Parser(AttemptRequest request) => new ClaudeStream(request.Continue?.Before ?? new Usage(), request.Model);

    protected override AgentProblem? Explain(AttemptExit exit, string stderr) => ClaudeWords.OfStderr(stderr);

    protected override Dictionary<string, string> Variables(AttemptRequest request) => ClaudeEnvironment.Of(request);

    protected override void GiveOwn(AttemptRequest request, Dictionary<string, string> environment) => ClaudeHome.Of(environment).GiveOwn(request, environment);

    protected override IReadOnlyList<string> CommandLine(AttemptRequest request)
    {
        var entry = request.Entry;

        // Partial messages are the heartbeat: without them a long thought or a large file is minutes of silence, and looks like a stall.
        List<string> arguments = [.. Command(entry), "-p", "--output-format", "stream-json", "--verbose", "--include-partial-messages"];
        if (!Says(entry, "--json-schema"))
            arguments.AddRange(["--json-schema", ResultSchema.Of(request.Role)]);
        if (request.Model is { } model && !Says(entry, "--model"))
            arguments.AddRange(["--model", model]);
        if (!Says(entry, "--resume", "-r", "--continue", "-c", "--session-id"))
            arguments.AddRange(Conversation(request));
        if (!Says(entry, "--permission-mode", "--dangerously-skip-permissions"))
            arguments.AddRange(request.Sandboxed ? ["--dangerously-skip-permissions"] : ["--permission-mode", "acceptEdits"]);
        if (!request.Sandboxed && !Says(entry, "--allowedTools", "--allowed-tools"))
            arguments.AddRange(["--allowedTools", Allowed]);
        if (!Says(entry, "--disallowedTools", "--disallowed-tools"))
            arguments.AddRange(["--disallowedTools", Disallowed]);
        return [.. arguments, .. entry?.Args ?? []];
    }

    // Chosen here, so that the id is known of an attempt that was killed before its first line. One that is in use already is refused.
    private static string[] Conversation(AttemptRequest request) =>
        request.Continue is { } earlier ? ["--resume", earlier.Conversation] : ["--session-id", Uuid(request)];

    // The same for the same attempt and no other.
    private static string Uuid(AttemptRequest request)
    {
        var bytes = SHA256.HashData(Encoding.UTF8.GetBytes($"{request.Nonce}\nconversation")).AsSpan(0, 16);
        bytes[6] = (byte)((bytes[6] & 0x0f) | 0x40);
        bytes[8] = (byte)((bytes[8] & 0x3f) | 0x80);
        return new Guid(bytes, bigEndian: true).ToString();
    }
}
