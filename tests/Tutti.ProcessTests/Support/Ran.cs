using System.Text.Json;
using System.Text.Json.Nodes;
using Tutti.Core;
using Tutti.Core.Session;
using Tutti.Engine.Processes;

namespace Tutti.ProcessTests.Support;

/// <summary>A run of the program that has ended, and what it left.</summary>
/// <param name="Lab">Where.</param>
/// <param name="Result">Its exit code and what it printed.</param>
public sealed record Ran(SessionLab Lab, CommandResult Result)
{
    public int ExitCode => Result.ExitCode;

    public string Stderr => Result.Error;

    /// <summary>What it printed with <c>--display json</c>; every line must parse.</summary>
    public IReadOnlyList<JsonObject> Events { get; } =
        Result.Text.Length > 0 && Result.Text[0] == '{' ? [.. Result.Text.Split('\n').Select(line => JsonNode.Parse(line)!.AsObject())] : [];

    /// <summary>The newest session, as its journal has it.</summary>
    public SessionState State { get; } = Lab.Journaled()!;

    /// <summary>Events of a type, in order.</summary>
    public IEnumerable<JsonObject> Of(string type) => Events.Where(e => (string?)e["type"] == type);

    /// <summary>A task at the end.</summary>
    public TaskState Task(string id) => State.Tasks[id];

    /// <summary>The failure of a task that has one.</summary>
    public Failure Failure(string id) => Task(id).Failure ?? throw new InvalidOperationException($"task {id} is {Task(id).Phase}, without a failure");

    /// <summary>The stages of a task's attempts, in order: <c>develop verify review</c>.</summary>
    public string Stages(string id) => string.Join(' ', Task(id).Attempts.Select(a => a.Stage.ToString().ToLowerInvariant()));

    /// <summary>Asserts the exit code; a failing test shows what was said.</summary>
    public Ran Exits(int code)
    {
        Assert.True(ExitCode == code, $"exit code {ExitCode}, not {code}{(Result.TimedOut ? " (took too long)" : "")}\n{Stderr}\n{Phases()}\n{Result.Text}");
        return this;
    }

    /// <summary>Asserts the phase of tasks.</summary>
    public Ran Has(TaskPhase phase, params string[] ids)
    {
        foreach (var id in ids)
            Assert.True(Task(id).Phase == phase, $"task {id} is {Task(id).Phase}, not {phase}\n{Phases()}\n{Result.Text}");
        return this;
    }

    private string Phases() =>
        State is null ? "" : string.Join('\n', State.Tasks.Values.Select(t => $"  {t.Id}: {t.Phase} {JsonSerializer.Serialize(t.Failure)} {Stages(t.Id)}"));
}
