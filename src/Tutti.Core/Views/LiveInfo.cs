namespace Tutti.Core.Views;

/// <summary>What a task's agent is doing right now, as far as anyone has measured it.</summary>
/// <param name="LastLine">The last line it printed, as it was printed: control characters and all.</param>
/// <param name="LastOutputAt">When it last printed anything.</param>
/// <param name="Cpu">Cores its process tree uses: 1.5 is one and a half.</param>
/// <param name="Memory">Bytes its process tree holds.</param>
/// <param name="Doing">What its stream says it does; null for an agent that has none.</param>
public sealed record AgentActivity(
    string? LastLine = null,
    DateTimeOffset? LastOutputAt = null,
    double? Cpu = null,
    long? Memory = null,
    DoingView? Doing = null);

/// <summary>How far an agent has come with its own plan.</summary>
/// <param name="Current">What it works on; null where it does not say.</param>
public sealed record StepsView(int Done, int Total, string? Current);

/// <summary>What an agent does, from its own stream.</summary>
/// <param name="Model">The model at work.</param>
/// <param name="Tool">The last tool it used, and on what.</param>
/// <param name="Said">The last line it said.</param>
/// <param name="Steps">Its own plan; null where it keeps none.</param>
/// <param name="ContextPercent">How full the model's context is; null where that is not known.</param>
/// <param name="Refusals">How often it was not allowed something.</param>
/// <param name="Retrying">Why its last request failed, which it waits to make again; null where it does not.</param>
public sealed record DoingView(string? Model, string? Tool, string? Said, StepsView? Steps, int? ContextPercent, int Refusals, string? Retrying = null)
{
    /// <summary>All of it in one line; null where it has told nothing.</summary>
    public string? ToLine() => Retrying is { } why ? $"asks its provider again after: {why}" : Said ?? Tool;

    /// <summary>The same with every text put through a function.</summary>
    public DoingView With(Func<string, string> change)
    {
        string? Changed(string? text) => text is null ? null : change(text);
        return this with
        {
            Tool = Changed(Tool),
            Said = Changed(Said),
            Steps = Steps is null ? null : Steps with { Current = Changed(Steps.Current) },
            Retrying = Changed(Retrying),
        };
    }
}

/// <summary>What a screen shows that is not in the journal. Everything but the time may be unknown.</summary>
/// <param name="Now">The time of looking, UTC.</param>
public sealed record LiveInfo(DateTimeOffset Now)
{
    /// <summary>A conductor holds the session; null where nobody has looked (P8: alive, dead, unknown).</summary>
    public bool? ConductorAlive { get; init; }

    /// <summary>The session's folder, absolute.</summary>
    public string? Folder { get; init; }

    /// <summary>What the machine has to spare.</summary>
    public HostResources? Host { get; init; }

    /// <summary>By task id; only tasks whose attempt lives.</summary>
    public IReadOnlyDictionary<string, AgentActivity> Activity { get; init; } = new Dictionary<string, AgentActivity>();
}
