using Tutti.Core.Session;

namespace Tutti.Engine.Agents;

/// <summary>What became of a file.</summary>
public enum FileChange
{
    Added,
    Modified,
    Deleted,
}

/// <summary>Something that went wrong, as the agent's own stream tells it.</summary>
/// <param name="Code">One of <see cref="AgentFailure"/>.</param>
/// <param name="Message">The agent's words, one line.</param>
/// <param name="ResetsAt">For a limit: when it ends; null where nobody says.</param>
public sealed record AgentProblem(string Code, string Message, DateTimeOffset? ResetsAt = null)
{
    /// <summary>A hook of the user's own, in the agent's configuration, forbids what it was asked.</summary>
    /// <param name="words">What the agent says of it.</param>
    public static AgentProblem OfHook(string words) => new(AgentFailure.Misconfigured, $"was kept from answering by a hook of its own configuration: {words}");
}

/// <summary>What an agent tells of itself while it works: the same for all of them, whatever its own stream looks like.</summary>
public abstract record AgentEvent
{
    private AgentEvent()
    {
    }

    /// <summary>It has begun.</summary>
    /// <param name="Conversation">The id by which the agent itself knows the conversation, and can go on with it.</param>
    /// <param name="Model">The model at work; null where it does not say.</param>
    public sealed record Started(string? Conversation, string? Model) : AgentEvent;

    /// <summary>It said something: a whole message, or a further piece of the last one.</summary>
    /// <param name="Text">As it was said.</param>
    /// <param name="Continues">It belongs to the text before it.</param>
    public sealed record Said(string Text, bool Continues = false) : AgentEvent;

    /// <summary>It used a tool; told once, when its name and target are known, and once more if it fails after that.</summary>
    /// <param name="Name">The agent's own name for it, for example <c>Bash</c>.</param>
    /// <param name="Target">The path, command or address it was used on.</param>
    /// <param name="Failed">The agent's own stream calls it failed.</param>
    public sealed record ToolUsed(string Name, string? Target, bool Failed = false) : AgentEvent;

    /// <summary>It changed a file, as far as it knows.</summary>
    /// <param name="Path">As the agent says it: absolute, or relative to the slot.</param>
    public sealed record FileChanged(string Path, FileChange Change) : AgentEvent;

    /// <summary>What this attempt has used so far: all of it, not what was added.</summary>
    public sealed record Used(Usage Total) : AgentEvent;

    /// <summary>How much of the model's context is taken.</summary>
    /// <param name="Tokens">Of the last request, cached ones included.</param>
    /// <param name="Window">What the model can hold.</param>
    public sealed record ContextFilled(long Tokens, long Window) : AgentEvent;

    /// <summary>Its own list of what is to be done has moved.</summary>
    /// <param name="Current">What it works on; null where it does not say.</param>
    public sealed record PlanMoved(int Done, int Total, string? Current) : AgentEvent;

    /// <summary>A quota was told of.</summary>
    /// <param name="Refused">Requests are refused; false is a mere warning.</param>
    /// <param name="ResetsAt">When it ends; null where nobody says.</param>
    /// <param name="Message">In words.</param>
    public sealed record Limited(bool Refused, DateTimeOffset? ResetsAt, string Message) : AgentEvent;

    /// <summary>A request failed, and the agent tries again by itself.</summary>
    /// <param name="After">Its wait before that; null where it does not say.</param>
    public sealed record Retrying(AgentProblem Problem, TimeSpan? After) : AgentEvent;

    /// <summary>A request was answered, for agents that may tell nothing of one that was tried again until its answer is complete.</summary>
    public sealed record Answered : AgentEvent;

    /// <summary>It was not allowed to use a tool.</summary>
    public sealed record PermissionRefused(string Tool, string Why) : AgentEvent;

    /// <summary>It has come to its end, and says how. An attempt has one; a later one replaces an earlier.</summary>
    /// <param name="Text">Its last words.</param>
    /// <param name="Structured">The answer in the schema that was asked for, as JSON; null where it gave none.</param>
    /// <param name="Problem">Why it failed; null where it did not.</param>
    public sealed record Ended(string? Text, string? Structured, AgentProblem? Problem) : AgentEvent;
}
