using System.Runtime.InteropServices;
using Tutti.Core;
using Tutti.Core.Session;
using Tutti.Engine.Agents.Acp;

namespace Tutti.Engine.Agents;

/// <summary>
/// Any program that speaks the Agent Client Protocol on stdin and stdout, as the entry's <c>command:</c> starts it. The protocol needs
/// somebody at the other end for as long as it works: that is <c>tutti acp-drive</c>, the attempt's own program.
/// </summary>
public sealed class AcpAgent : StreamAgent
{
    // Of 'args:', these two are the driver's; the others are the program's.
    private const string Permissions = "--acp-permissions";
    private const string Mode = "--acp-mode";

    private static readonly Lazy<string[]> Tutti = new(FindTutti);

    public override string Kind => "acp";

    public override AgentTraits Traits { get; } = new() { Continues = true, NeedsIdentity = true, Variables = ["ANTHROPIC_", "CLAUDE_CONFIG_DIR", "CLAUDE_CODE_OAUTH_TOKEN", "OPENAI_", "CODEX_", "GEMINI_", "GOOGLE_", "OPENCODE_"] };

    protected override string Program => "acp-agent";

    protected override string Installing => "name the program in the configuration: agents: { mybot: { kind: acp, command: \"mybot --acp\" } }";

    protected override string SigningIn => "sign in with the agent's own program, or put the variable with its key into the entry's 'env:'";

    public override SignIn SignedIn(AgentEntry? entry, IReadOnlyDictionary<string, string> environment) =>
        new(null, "only the agent's own program knows");

    protected override IStreamParser Parser(AttemptRequest request) => new AcpStream(request.Continue?.Before ?? new Usage());

    protected override void GiveOwn(AttemptRequest request, Dictionary<string, string> environment) => AcpHome.Make(request, Command(request.Entry), environment);

    protected override IReadOnlyList<string> CommandLine(AttemptRequest request)
    {
        if (string.IsNullOrWhiteSpace(request.Entry?.Command))
            throw FailureException.Input("acp_without_command", $"the agent '{request.Choice.Agent}' of kind acp has no command", Installing);
        var (own, others) = Divide(request.Entry.Args ?? []);
        List<string> line = [.. Tutti.Value, "acp-drive", .. own];
        if (request.Model is { } model)
            line.Add($"--model={model}");
        if (request.Continue is { } earlier)
            line.Add($"--session={earlier.Conversation}");
        var command = Command(request.Entry);
        return [.. line, "--", .. command, .. Says(request.Entry, "--print-logs", "--log-level") ? [] : AcpHome.Telling(command), .. others];
    }

    private static (List<string> Own, List<string> Others) Divide(IReadOnlyList<string> args)
    {
        var (own, others) = (new List<string>(), new List<string>());
        for (var i = 0; i < args.Count; i++)
        {
            if (args[i] is Permissions or Mode && i + 1 < args.Count)
                own.Add($"{args[i]}={args[++i]}");
            else
                (IsOwn(args[i]) ? own : others).Add(args[i]);
        }

        return (own, others);
    }

    private static bool IsOwn(string argument) => argument.StartsWith(Permissions + "=", StringComparison.Ordinal) || argument.StartsWith(Mode + "=", StringComparison.Ordinal);

    // By the runtime that runs us, where it lies: an agent's environment need not say where that is, and tests run in another program.
    private static string[] FindTutti()
    {
        var assembly = Path.Combine(AppContext.BaseDirectory, "tutti.dll");
        var host = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", "dotnet"));
        return File.Exists(host) && File.Exists(assembly) ? [host, assembly] : [Path.Combine(AppContext.BaseDirectory, "tutti")];
    }
}
