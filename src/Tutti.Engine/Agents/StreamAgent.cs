using Tutti.Core;
using Tutti.Core.Session;
using Tutti.Engine.Processes;

namespace Tutti.Engine.Agents;

/// <summary>
/// A coding agent that prints a structured stream. What is the same for all of them is here: which answer counts, and which of
/// stream, exit code and result file says why an attempt failed. An adapter adds how its program is called and read.
/// </summary>
public abstract class StreamAgent : IAgent
{
    // As much of a program's last words as a person wants to read.
    private const int LongestMessage = 500;

    public abstract string Kind { get; }

    public abstract AgentTraits Traits { get; }

    /// <summary>The program's name where the entry gives no command.</summary>
    protected abstract string Program { get; }

    /// <summary>How to get the program, for a hint.</summary>
    protected abstract string Installing { get; }

    /// <summary>How to sign in, for a hint.</summary>
    protected abstract string SigningIn { get; }

    /// <summary>How to sign in, to be shown.</summary>
    public string SignInHint => SigningIn;

    public AttemptCommand Prepare(AttemptRequest request)
    {
        var line = CommandLine(request);
        request.Folder.Create().WritePrompt(request.Prompt);
        var environment = Variables(request);
        if (OwnFolder.IsWanted(request.Entry))
            GiveOwn(request, environment);
        if (Traits.NeedsIdentity && request.Identity is { } identity)
        {
            (environment["GIT_AUTHOR_NAME"], environment["GIT_AUTHOR_EMAIL"]) = (identity.Name, identity.Email);
            (environment["GIT_COMMITTER_NAME"], environment["GIT_COMMITTER_EMAIL"]) = (identity.Name, identity.Email);
        }

        return new AttemptCommand(line[0], [.. line.Skip(1)], request.Slot, environment, Provide(request, environment));
    }

    public AgentReading Open(AttemptRequest request) => new(Parser(request));

    public AttemptConclusion Conclude(AttemptRequest request, AttemptExit exit, AgentReading? reading)
    {
        ArgumentNullException.ThrowIfNull(reading);
        var tail = Tail(request, reading);
        var answer = StageAnswer.Of(request, reading, Traits.AnswersInSchema);
        var problem = exit.Cause switch
        {
            ExitCause.Exited => ProblemOf(request, exit, reading),
            // It had told why it ended; that it did not exit then, or was killed, is not what failed. Of an interrupt it tells because Tutti sent it.
            _ when reading is { IsAtEnd: true, Ending.Problem: { Code: not AgentFailure.Killed } told } => told,
            // It was silent because it waited to ask again.
            ExitCause.Stalled or ExitCause.TimedOut when reading.Retried is { } retried => retried with { Message = $"waited in silence, and was ended, after: {retried.Message}" },
            _ => null,
        };
        if (problem is { Code: AgentFailure.RateLimited })
            problem = problem with { ResetsAt = reading.Limit?.ResetsAt ?? problem.ResetsAt ?? LimitEnd.In(problem.Message, exit.At) };
        var error = problem is not null ? Told(request, exit, problem, tail) : HasEndedWell(reading) ? null : ExitFailure.Of(request, exit, tail);
        error ??= answer.Failure ?? Missing(request, answer, tail);
        return new AttemptConclusion(answer.Result, error, reading.Usage, tail)
        {
            Answer = answer.Json,
            ResetsAt = problem?.ResetsAt,
            Refusals = reading.Refusals,
        };
    }

    public AgentPresence Find(AgentEntry? entry)
    {
        var program = Command(entry)[0];
        return ProgramPath.Find(program, entry?.Env?.GetValueOrDefault("PATH")) is { } path
            ? new AgentPresence(path, null)
            : new AgentPresence(null, entry?.Command is null ? Installing : $"'{program}', the command of agent kind {Kind} in the configuration, {(program.Contains('/') ? "is not there, or cannot be executed" : "is not on the PATH")}");
    }

    public abstract SignIn SignedIn(AgentEntry? entry, IReadOnlyDictionary<string, string> environment);

    /// <summary>The program with all its arguments; starts and writes nothing.</summary>
    protected abstract IReadOnlyList<string> CommandLine(AttemptRequest request);

    /// <summary>The variables it gets, before those that point into folders of its own.</summary>
    protected virtual Dictionary<string, string> Variables(AttemptRequest request) => AgentEnvironment.Of(request, [.. Traits.Variables]);

    /// <summary>Gives it a configuration folder of its own, so that attempts side by side never write one file (PITFALLS P11).</summary>
    protected abstract void GiveOwn(AttemptRequest request, Dictionary<string, string> environment);

    /// <summary>Writes and sets what else this program needs.</summary>
    /// <returns>The file it reads on stdin: the prompt.</returns>
    protected virtual string Provide(AttemptRequest request, Dictionary<string, string> environment) => request.Folder.Prompt;

    /// <summary>Begins to read a stream.</summary>
    protected abstract IStreamParser Parser(AttemptRequest request);

    /// <summary>What an end means that the stream does not explain itself: a wrong option, a missing sign-in; null where nobody can tell.</summary>
    /// <param name="exit">An exit by itself, not with code 0.</param>
    /// <param name="stderr">The end of stderr.</param>
    protected virtual AgentProblem? Explain(AttemptExit exit, string stderr) => null;

    /// <summary>A text of stderr without what the adapter alone has asked the program to write there.</summary>
    protected virtual string WithoutLog(string stderr) => stderr;

    /// <summary>The problem that the stream told, with what the exit adds to it.</summary>
    protected virtual AgentProblem Explained(AgentProblem told, AttemptExit exit) => told;

    /// <summary>The program and its first arguments, from the entry or the kind's own name.</summary>
    protected IReadOnlyList<string> Command(AgentEntry? entry) =>
        entry?.Command is { } line && CommandWords.Split(line) is { Count: > 0 } words ? [OfHome(words[0]), .. words.Skip(1)] : [Program];

    // `~/bot`, as a shell has it, which the shell agent's commands go through.
    private static string OfHome(string program) =>
        program.StartsWith("~/", StringComparison.Ordinal) && Environment.GetEnvironmentVariable("HOME") is { Length: > 0 } home ? Path.Combine(home, program[2..]) : program;

    /// <summary>True where the user's own arguments already say this; theirs win over the adapter's.</summary>
    protected static bool Says(AgentEntry? entry, params ReadOnlySpan<string> options)
    {
        foreach (var argument in entry?.Args ?? [])
        {
            foreach (var option in options)
            {
                if (argument == option || argument.StartsWith(option + "=", StringComparison.Ordinal))
                    return true;
            }
        }

        return false;
    }

    // What a POSIX shell says of a program that it cannot start; removed since it was looked for, or named by a path that is wrong.
    private const int NotExecutable = 126;
    private const int NotFound = 127;

    // SIGKILL.
    private const int Kill = 9;

    // One that has come to its end has lost nothing by what its program did then: it hung on what it had left running and was ended, was killed, or
    // exited with a code of its own. Git, the verify commands and the nonce judge what it left.
    private static bool HasEndedWell(AgentReading reading) => reading is { IsAtEnd: true, Ending.Problem: null };

    private AgentProblem? ProblemOf(AttemptRequest request, AttemptExit exit, AgentReading reading)
    {
        if (reading.Ending?.Problem is { } told)
            return Explained(told, exit);
        if (HasEndedWell(reading))
            return null;
        if (exit.Succeeded)
            return reading.Ending is null ? reading.Explain(exit) ?? new AgentProblem(AgentFailure.Crashed, "ended without its stream's last line") : null;
        if (exit.Signal is { } signal)
            return new AgentProblem(AgentFailure.Killed, $"was ended by signal {signal} from outside");
        if (exit.Code is NotExecutable or NotFound && reading is { Conversation: null, Model: null, LastText.Length: 0 })
            return new AgentProblem(AgentFailure.NotInstalled, $"could not be started: '{Command(request.Entry)[0]}' {(exit.Code == NotFound ? "is not there" : "cannot be executed")}");
        return Explain(exit, SaidInErrors(request)) ?? reading.Explain(exit) ?? reading.Retried ?? new AgentProblem(AgentFailure.Crashed, $"failed with exit code {exit.Code}");
    }

    private Failure Told(AttemptRequest request, AttemptExit exit, AgentProblem problem, string tail)
    {
        var message = ShortText.Of(problem.Message.ReplaceLineEndings(" ").Trim(), LongestMessage);
        var until = problem.ResetsAt is { } at && at > exit.At ? $" (until {at.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC)" : "";
        return new Failure(AgentFailure.Category(problem.Code), problem.Code, $"{request.Stage} of task {request.Task} (attempt {request.Number}): {request.Choice.Agent} {message}{until}", Hint(problem.Code, exit), tail) { Context = exit.Facts };
    }

    private string? Hint(string code, AttemptExit exit) => code switch
    {
        AgentFailure.NotInstalled => Installing,
        AgentFailure.NotSignedIn => SigningIn,
        AgentFailure.RateLimited => "nothing to do: Tutti goes on by itself when the limit ends",
        AgentFailure.Overloaded => "the provider is at its limit; 'tutti resume --retry-failed' tries again later",
        AgentFailure.ContextExhausted => "cut the task into smaller ones, or give it to a model with a larger context",
        AgentFailure.PermissionRefused => "allow the tool in the agent's 'args:', or use 'sandbox: bwrap' and allow all of them",
        AgentFailure.BudgetSpent => "raise the budget, or add credit to the account",
        AgentFailure.ModelUnknown => "'model:' of the role or of the agent must be one the provider knows",
        AgentFailure.Network => "look at the connection, proxies and the agent's address; 'tutti resume --retry-failed' tries again",
        AgentFailure.Misconfigured => "mend what it names, in its own configuration or in its 'args:' and 'env:', then 'tutti resume'",
        // By SIGINT, SIGTERM or a word of its protocol somebody has told it to stop; where memory runs out, nobody asks.
        AgentFailure.Killed when exit is not ({ Signal: Kill } or { Code: 128 + Kill }) => "somebody told it to stop; 'tutti resume --retry-failed' tries again",
        AgentFailure.Killed => "look for what killed it (memory? 'journalctl -k' tells); 'tutti resume --retry-failed' tries again",
        AgentFailure.Crashed or AgentFailure.Other => "'tutti logs TASK' shows what it said",
        _ => null,
    };

    // Who does the work is judged by git and the verify commands; who judges it must say how.
    private static Failure? Missing(AttemptRequest request, StageAnswer answer, string tail)
    {
        if (answer.Result is { Verdict: Verdict.Blocked } blocked)
            return new Failure(FailureCategory.Agent, AgentFailure.Blocked, $"task {request.Task}: the agent cannot go on: {blocked.Summary}", "settle what it names, then 'tutti resume'", tail);
        // To have done the looking is no approval either.
        var wanted = request.Role == Core.Plan.Role.Plan ? answer.Json is null : answer.Result is null or { Verdict: Verdict.Done } && ResultSchema.IsJudge(request.Role);
        return wanted
            ? new Failure(FailureCategory.Agent, AgentFailure.NoResult, $"{request.Stage} of task {request.Task} (attempt {request.Number}): {request.Choice.Agent} ended well, but gave no result", "its last words are in 'tutti logs'; a model that does not follow instructions cannot judge", tail)
            : null;
    }

    private string Tail(AttemptRequest request, AgentReading reading)
    {
        var said = reading.LastText.Length > OutputTail.Default ? reading.LastText[^OutputTail.Default..] : reading.LastText;
        string[] parts = [DisplayText.Clean(said).Trim(), SaidInErrors(request).Trim()];
        return string.Join('\n', parts.Where(part => part.Length > 0));
    }

    private string SaidInErrors(AttemptRequest request) => WithoutLog(OutputTail.Read(request.Folder.Stderr));
}
