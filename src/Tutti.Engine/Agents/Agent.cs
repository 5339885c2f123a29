using Tutti.Core;
using Tutti.Core.Plan;
using Tutti.Core.Session;
using Tutti.Engine.Processes;

namespace Tutti.Engine.Agents;

/// <summary>Drives one kind of coding agent: how it is called, and what its end means. Starting and watching are the same for all.</summary>
public interface IAgent
{
    /// <summary>The word for it in the configuration, for example <c>shell</c>.</summary>
    string Kind { get; }

    /// <summary>Writes what the agent reads into the attempt's folder and says how it is called. Doing it again changes nothing.</summary>
    /// <exception cref="FailureException">The request cannot be carried out by this agent.</exception>
    AttemptCommand Prepare(AttemptRequest request);

    /// <summary>Judges an attempt that is over by its exit and by what it left in its folder.</summary>
    AttemptConclusion Conclude(AttemptRequest request, AttemptExit exit);

    /// <summary>Looks whether the agent is installed here; starts nothing.</summary>
    AgentPresence Find(AgentEntry? entry);
}

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
    string Repository);

/// <summary>What an attempt came to.</summary>
/// <param name="Result">What the agent says itself; null where it said nothing that counts. May stand beside an error.</param>
/// <param name="Error">Why the attempt failed; null where it did not.</param>
/// <param name="Usage">What it cost, where the agent tells.</param>
/// <param name="Tail">End of its output, fit to be shown.</param>
public sealed record AttemptConclusion(StageResult? Result, Failure? Error, Usage? Usage, string Tail);

/// <summary>Whether an agent can be used here.</summary>
/// <param name="Path">The program; null where it is missing.</param>
/// <param name="Hint">How to get it, where it is missing.</param>
public sealed record AgentPresence(string? Path, string? Hint)
{
    public bool Found => Path is not null;
}
