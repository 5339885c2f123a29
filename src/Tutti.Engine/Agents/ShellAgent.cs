using Tutti.Core;
using Tutti.Core.Plan;
using Tutti.Core.Session;
using Tutti.Engine.Processes;

namespace Tutti.Engine.Agents;

/// <summary>
/// Runs a command with <c>sh -c</c> in the slot (SPEC 6). Exit code 0 is success; it may say more by writing a result to
/// <c>TUTTI_RESULT</c>, or by a signal word of seed 004 in the last part of its output.
/// </summary>
public sealed class ShellAgent : IAgent
{
    public string Kind => AgentChoice.Shell;

    public AgentTraits Traits { get; } = new();

    public AttemptCommand Prepare(AttemptRequest request)
    {
        var run = request.Run ?? request.Choice.Run ?? request.Entry?.Command
            ?? throw FailureException.Input("shell_without_run", $"task {request.Task}: the shell agent has nothing to run for {request.Stage}", "add 'run: \"COMMAND\"' to the task or the role");
        request.Folder.Create().WritePrompt(request.Prompt);
        return new AttemptCommand("sh", ["-c", run], request.Slot, AgentEnvironment.Of(request));
    }

    public AgentReading? Open(AttemptRequest request) => null;

    public AttemptConclusion Conclude(AttemptRequest request, AttemptExit exit, AgentReading? reading)
    {
        var tail = OutputTail.Of(request.Folder);
        if (request.Role == Role.Plan)
            return Planned(request, exit, tail);
        var file = StageResultFile.Read(request.Folder.Result, request.Nonce);
        var error = ExitFailure.Of(request, exit, tail) ?? file.Failure;
        var result = file.Result ?? (file.Failure is null ? Spoken(request) : null);
        if (error is null && result?.Verdict == Verdict.Blocked)
            error = new Failure(FailureCategory.Agent, AgentFailure.Blocked, $"task {request.Task}: the agent cannot go on: {result.Summary}", "settle what it names, then 'tutti resume'", tail);
        return new AttemptConclusion(result, error, null, tail);
    }

    public AgentPresence Find(AgentEntry? entry) =>
        ProgramPath.Find("sh") is { } path ? new AgentPresence(path, null) : new AgentPresence(null, "Tutti needs a POSIX shell, sh, on the PATH");

    public SignIn SignedIn(AgentEntry? entry, IReadOnlyDictionary<string, string> environment) => new(true, "a command needs none");

    private static AttemptConclusion Planned(AttemptRequest request, AttemptExit exit, string tail)
    {
        var answer = StageAnswer.FromFile(request);
        var error = ExitFailure.Of(request, exit, tail) ?? answer.Failure;
        if (error is null && answer.Json is null)
            error = new Failure(FailureCategory.Agent, AgentFailure.NoResult, $"{request.Stage} of task {request.Task} (attempt {request.Number}): the command ended well, but wrote no plan", "it is to write it to the file that TUTTI_RESULT names", tail);
        return new AttemptConclusion(null, error, null, tail) { Answer = answer.Json };
    }

    // A command has no schema to answer in, so for it alone an approval in running text counts.
    private static StageResult? Spoken(AttemptRequest request)
    {
        var text = OutputTail.Read(request.Folder.Stdout, StageAnswer.LastPart);
        return SignalWords.Find(text) is { } verdict ? new StageResult(request.Nonce, verdict, StageAnswer.LastLine(text), null, [], [], []) : null;
    }
}
