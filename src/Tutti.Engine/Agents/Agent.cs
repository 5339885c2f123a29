using Tutti.Core;
using Tutti.Core.Plan;
using Tutti.Core.Session;
using Tutti.Engine.Processes;

namespace Tutti.Engine.Agents;

/// <summary>Drives one kind of coding agent: how it is called, what its stream says, and what its end means. Starting and watching are the same for all.</summary>
public interface IAgent
{
    /// <summary>The word for it in the configuration, for example <c>shell</c>.</summary>
    string Kind { get; }

    /// <summary>What it can do.</summary>
    AgentTraits Traits { get; }

    /// <summary>Writes what the agent reads into the attempt's folder and says how it is called. Doing it again changes nothing.</summary>
    /// <exception cref="FailureException">The request cannot be carried out by this agent.</exception>
    AttemptCommand Prepare(AttemptRequest request);

    /// <summary>Begins to read the attempt's stdout; null for an agent that prints no stream that could be understood.</summary>
    AgentReading? Open(AttemptRequest request);

    /// <summary>Judges an attempt that is over by its exit, by what it left in its folder, and by what its stream said.</summary>
    /// <param name="request">The attempt.</param>
    /// <param name="exit">How it ended.</param>
    /// <param name="reading">Of its whole stdout, its end included; null as <see cref="Open"/> returned it.</param>
    AttemptConclusion Conclude(AttemptRequest request, AttemptExit exit, AgentReading? reading);

    /// <summary>Looks whether the agent is installed here; starts nothing.</summary>
    AgentPresence Find(AgentEntry? entry);

    /// <summary>Tells, as far as files and variables say, whether it is signed in; starts nothing and spends nothing.</summary>
    /// <param name="entry">Its entry of the configuration.</param>
    /// <param name="environment">What its process would get, the entry's own variables included.</param>
    SignIn SignedIn(AgentEntry? entry, IReadOnlyDictionary<string, string> environment);
}

/// <summary>What a kind of agent can do.</summary>
public sealed record AgentTraits
{
    /// <summary>It can be held to a JSON schema; then an approval in running text counts for nothing.</summary>
    public bool AnswersInSchema { get; init; }

    /// <summary>It can go on with an earlier conversation.</summary>
    public bool Continues { get; init; }

    /// <summary>Its shell cannot see the user's git configuration: it must be told in whose name to commit.</summary>
    public bool NeedsIdentity { get; init; }

    /// <summary>Prefixes of the user's variables that it documents, for example <c>ANTHROPIC_</c>.</summary>
    public IReadOnlyList<string> Variables { get; init; } = [];
}

/// <summary>An earlier conversation of the same agent about the same task, to go on with.</summary>
/// <param name="Conversation">The agent's own id of it.</param>
/// <param name="Folder">The attempt in which it was last held; its <see cref="AttemptFolder.Agent"/> folder may hold what the agent needs.</param>
/// <param name="Before">What it had used up to then, in all attempts together: some agents count on from there.</param>
public sealed record Continuation(string Conversation, AttemptFolder Folder, Usage Before);

/// <summary>In whose name an agent commits, where it cannot find out by itself.</summary>
public sealed record GitIdentity(string Name, string Email);

/// <summary>One attempt, as the conductor wants it.</summary>
/// <param name="Session">Session id.</param>
/// <param name="Task">Task id, as the plan has it.</param>
/// <param name="Stage">Stage word, for example <c>develop</c>.</param>
/// <param name="Number">1-based number of the attempt in its task.</param>
/// <param name="Nonce">Unique; see <see cref="AttemptMarks.IsNonce"/>.</param>
/// <param name="Slot">Working folder, absolute.</param>
/// <param name="Base">Commit the task's branch starts from.</param>
/// <param name="PortBase">First of the ports that are the slot's own.</param>
/// <param name="Choice">Who does it, with which model.</param>
/// <param name="Entry">The agent's entry of the configuration, if it has one.</param>
/// <param name="Prompt">What the agent is told, complete.</param>
/// <param name="Run">The task's own command for the shell agent; null takes the choice's.</param>
/// <param name="Folder">The attempt's folder.</param>
/// <param name="Repository">The user's top folder, in which the agent must not work.</param>
public sealed record AttemptRequest(
    string Session,
    string Task,
    string Stage,
    int Number,
    string Nonce,
    string Slot,
    string Base,
    int PortBase,
    AgentChoice Choice,
    AgentEntry? Entry,
    string Prompt,
    string? Run,
    AttemptFolder Folder,
    string Repository)
{
    /// <summary>What the agent is asked to be; says in which schema it answers.</summary>
    public Role Role { get; init; }

    /// <summary>The conversation to go on with; null begins one.</summary>
    public Continuation? Continue { get; init; }

    /// <summary>The user's identity for commits; null where it is not known.</summary>
    public GitIdentity? Identity { get; init; }

    /// <summary>It runs inside Tutti's own sandbox: the agent's needs none of its own, and may not be able to build one.</summary>
    public bool Sandboxed { get; init; }

    /// <summary>The model to ask for: the role's word, then the entry's; null leaves it to the agent.</summary>
    public string? Model => Choice.Model ?? Entry?.Model;
}

/// <summary>What an attempt came to.</summary>
/// <param name="Result">What the agent says itself; null where it said nothing that counts. May stand beside an error.</param>
/// <param name="Error">Why the attempt failed; null where it did not.</param>
/// <param name="Usage">What it cost, where the agent tells.</param>
/// <param name="Tail">End of its output, fit to be shown.</param>
public sealed record AttemptConclusion(StageResult? Result, Failure? Error, Usage? Usage, string Tail)
{
    /// <summary>The JSON it answered with, be it a stage's result or a plan; null where there is none.</summary>
    public string? Answer { get; init; }

    /// <summary>For a limit: when it ends, where that is known.</summary>
    public DateTimeOffset? ResetsAt { get; init; }

    /// <summary>What it was not allowed to do.</summary>
    public IReadOnlyList<string> Refusals { get; init; } = [];
}

/// <summary>Whether an agent can be used here.</summary>
/// <param name="Path">The program; null where it is missing.</param>
/// <param name="Hint">How to get it, where it is missing.</param>
public sealed record AgentPresence(string? Path, string? Hint)
{
    public bool Found => Path is not null;
}

/// <summary>Whether an agent is signed in, as far as can be told without asking anybody.</summary>
/// <param name="Yes">Null where nothing here says.</param>
/// <param name="How">By what, or what was looked for: one line without the secret itself.</param>
public sealed record SignIn(bool? Yes, string How);
