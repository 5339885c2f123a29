using System.Collections;
using System.CommandLine;
using System.Runtime.InteropServices;
using Tutti.Engine.Agents.Acp;

namespace Tutti.Commands;

/// <summary><c>tutti acp-drive</c>: the program of an attempt whose agent speaks the Agent Client Protocol. The prompt comes on stdin, the stream goes to stdout.</summary>
internal static class AcpDriveCommand
{
    public static Command Create()
    {
        var program = new Argument<string[]>("COMMAND") { Description = "The agent's program and its arguments", Arity = ArgumentArity.OneOrMore };
        var model = new Option<string?>("--model") { Description = "The model to choose" };
        var session = new Option<string?>("--session") { Description = "The agent's session to go on with" };
        var mode = new Option<string?>("--acp-mode") { Description = "The agent's mode to choose" };
        var permissions = new Option<string>("--acp-permissions") { Description = "What it asks leave for: allow or reject", DefaultValueFactory = _ => "allow" };
        permissions.AcceptOnlyFromAmong("allow", "reject");
        var command = new Command("acp-drive", "Drive an agent that speaks the Agent Client Protocol.") { program, model, session, mode, permissions };
        command.Hidden = true;
        command.SetAction(async (parsed, _) => await RunAsync(new AcpOrder(parsed.GetRequiredValue(program), Directory.GetCurrentDirectory(), Inherited(), await PromptAsync())
        {
            Model = parsed.GetValue(model),
            Session = parsed.GetValue(session),
            Mode = parsed.GetValue(mode),
            Reject = parsed.GetValue(permissions) == "reject",
        }));
        return command;
    }

    private static async Task<int> RunAsync(AcpOrder order)
    {
        using var stop = new CancellationTokenSource();
        var by = 0;
        void Handle(PosixSignalContext context)
        {
            context.Cancel = true;
            Interlocked.CompareExchange(ref by, context.Signal == PosixSignal.SIGTERM ? 143 : 130, 0);
            stop.Cancel();
        }

        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Handle);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Handle);
        using var output = Console.OpenStandardOutput();
        var code = await AcpDriver.RunAsync(order, output, stop.Token);
        return code == AcpExit.Cancelled && by != 0 ? by : code;
    }

    // UTF-8 whatever the locale says: Tutti wrote it.
    private static async Task<string> PromptAsync()
    {
        using var reader = new StreamReader(Console.OpenStandardInput());
        return await reader.ReadToEndAsync();
    }

    // What the attempt was given, and nothing else: the shim passes it on as it is.
    private static Dictionary<string, string> Inherited() =>
        Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().ToDictionary(e => (string)e.Key, e => (string?)e.Value ?? "", StringComparer.Ordinal);
}
