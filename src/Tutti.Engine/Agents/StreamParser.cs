using System.Text.Json;
using Tutti.Engine.Processes;

namespace Tutti.Engine.Agents;

/// <summary>
/// Reads what one attempt of one kind of agent prints. It keeps what later lines need (tool calls under way, sums), and is made anew
/// and fed from the start when a conductor adopts the attempt: the same lines give the same events.
/// </summary>
public interface IStreamParser
{
    /// <summary>The events of a line that is a JSON object; none for lines it does not know. Never throws, whatever the object holds.</summary>
    IEnumerable<AgentEvent> Read(JsonElement line);

    /// <summary>True where stderr too tells what has to be known while the agent works.</summary>
    bool HeedsErrors => false;

    /// <summary>The events of a line of stderr, where <see cref="HeedsErrors"/>. Never throws, whatever it is.</summary>
    IEnumerable<AgentEvent> Heed(string line) => [];

    /// <summary>The events that only the end of the output tells, for streams without a last line. Called once.</summary>
    IEnumerable<AgentEvent> End() => [];

    /// <summary>What an exit by itself means after a stream that did not come to its end: an interrupt, which most catch and then say nothing of; null where nobody can tell.</summary>
    AgentProblem? Explain(AttemptExit exit) => null;
}
