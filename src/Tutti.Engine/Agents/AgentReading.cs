using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Tutti.Core.Session;
using Tutti.Engine.Processes;

namespace Tutti.Engine.Agents;

/// <summary>What has been understood of one attempt's stream so far. Fed line by line, by one thread.</summary>
public sealed class AgentReading(IStreamParser parser)
{
    /// <summary>Longest line that is looked into, in bytes; longer ones stay in the file and are passed over (P26).</summary>
    public const int LongestLine = 1024 * 1024;

    // Enough to see what an agent was refused; it may ask for the same a thousand times.
    private const int RefusalsKept = 20;
    private const int LongestText = 64 * 1024;

    private readonly List<string> _refusals = [];
    private readonly StringBuilder _text = new();

    /// <summary>The agent's own id of the conversation.</summary>
    public string? Conversation { get; private set; }

    /// <summary>The model at work.</summary>
    public string? Model { get; private set; }

    /// <summary>What the attempt has used so far; null where the agent has told nothing.</summary>
    public Usage? Usage { get; private set; }

    /// <summary>The last word on how full the context is.</summary>
    public AgentEvent.ContextFilled? Context { get; private set; }

    /// <summary>The last word on its own plan.</summary>
    public AgentEvent.PlanMoved? Plan { get; private set; }

    /// <summary>The last tool it used.</summary>
    public AgentEvent.ToolUsed? Tool { get; private set; }

    /// <summary>The last limit that refused something.</summary>
    public AgentEvent.Limited? Limit { get; private set; }

    /// <summary>The last request that failed and was tried again; null once the agent has gone on since.</summary>
    public AgentProblem? Retried { get; private set; }

    /// <summary>Its end; null where the stream has none.</summary>
    public AgentEvent.Ended? Ending { get; private set; }

    /// <summary>It has come to its end, and neither spoken nor worked since.</summary>
    public bool IsAtEnd { get; private set; }

    /// <summary>What it was not allowed to do, as <c>TOOL: why</c>, without repetitions.</summary>
    public IReadOnlyList<string> Refusals => _refusals;

    /// <summary>Its last message, as far as it has been said; of a very long one the end.</summary>
    public string LastText => Ending?.Text ?? _text.ToString();

    /// <summary>Takes in a line of stdout.</summary>
    /// <param name="line">Without its line feed. What is no JSON object tells nothing.</param>
    /// <returns>The events of the line.</returns>
    public IReadOnlyList<AgentEvent> Take(ReadOnlyMemory<byte> line)
    {
        // Some programs begin with a byte order mark.
        if (line.Span.StartsWith("\ufeff"u8))
            line = line[3..];
        if (line.Length > LongestLine || !line.Span.TrimStart(" \t\r"u8).StartsWith("{"u8))
            return [];
        try
        {
            // Half a character of a program's output, which some agents pass on as bytes, must not cost the whole line.
            using var document = JsonDocument.Parse(Utf8.IsValid(line.Span) ? line : Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(line.Span)));
            return Note([.. parser.Read(document.RootElement)]);
        }
        catch (JsonException)
        {
            // Half a line of a process that was killed, or words that begin with a brace: kept in the file, nothing to understand.
            return [];
        }
    }

    /// <summary>True where <see cref="Heed"/> wants the lines of stderr.</summary>
    public bool HeedsErrors => parser.HeedsErrors;

    /// <summary>Takes in a line of stderr.</summary>
    /// <param name="line">Without its line feed.</param>
    /// <returns>The events of the line.</returns>
    public IReadOnlyList<AgentEvent> Heed(ReadOnlyMemory<byte> line) => Note([.. parser.Heed(Encoding.UTF8.GetString(line.Span))]);

    /// <summary>Takes in that nothing more will come.</summary>
    public IReadOnlyList<AgentEvent> End() => Note([.. parser.End()]);

    /// <summary>What an exit means of a stream without an end; null where nobody can tell.</summary>
    public AgentProblem? Explain(AttemptExit exit) => parser.Explain(exit);

    private AgentEvent[] Note(AgentEvent[] events)
    {
        foreach (var e in events)
            Note(e);
        return events;
    }

    private void Note(AgentEvent e)
    {
        if (e is AgentEvent.Said or AgentEvent.ToolUsed or AgentEvent.Used or AgentEvent.Answered)
            Retried = null;
        IsAtEnd = e is AgentEvent.Ended || (IsAtEnd && e is not (AgentEvent.Said or AgentEvent.ToolUsed));
        switch (e)
        {
            case AgentEvent.Started x:
                (Conversation, Model) = (x.Conversation ?? Conversation, x.Model ?? Model);
                break;
            case AgentEvent.Said x:
                Say(x);
                break;
            case AgentEvent.ToolUsed x:
                Tool = x;
                break;
            case AgentEvent.FileChanged or AgentEvent.Answered:
                break;
            case AgentEvent.Used x:
                Usage = x.Total;
                break;
            case AgentEvent.ContextFilled x:
                Context = x;
                break;
            case AgentEvent.PlanMoved x:
                Plan = x;
                break;
            case AgentEvent.Limited x:
                Limit = x.Refused ? x : Limit;
                break;
            case AgentEvent.Retrying x:
                Retried = x.Problem;
                break;
            case AgentEvent.PermissionRefused x:
                Refuse($"{x.Tool}: {x.Why}");
                break;
            case AgentEvent.Ended x:
                Ending = x;
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(e), e, null);
        }
    }

    private void Say(AgentEvent.Said said)
    {
        if (!said.Continues)
            _text.Clear();
        _text.Append(said.Text);
        // The end of a message is where its answer stands.
        if (_text.Length > LongestText)
            _text.Remove(0, _text.Length - LongestText);
    }

    private void Refuse(string what)
    {
        if (_refusals.Count < RefusalsKept && !_refusals.Contains(what))
            _refusals.Add(what);
    }
}
