using Tutti.Core;
using Tutti.Engine.Git;
using Tutti.Engine.Git.Landing;
using Tutti.Engine.Git.Pool;
using Tutti.Engine.Journal;

namespace Tutti.Engine.Conductor;

/// <summary>What the effects of one session work with.</summary>
/// <param name="Repository">The user's repository.</param>
/// <param name="Folder">The session's own folder.</param>
/// <param name="Pool">The slots.</param>
/// <param name="Control">Where merges are made.</param>
/// <param name="Time">The clock.</param>
/// <param name="Tell">Gives the conductor something to decide about while an effect is still running.</param>
public sealed record SessionContext(
    Repository Repository,
    SessionFolder Folder,
    SlotPool Pool,
    ControlRepository Control,
    TimeProvider Time,
    Func<Core.Session.Input, ValueTask> Tell)
{
    /// <summary>Signs of life of live attempts, for the screens.</summary>
    public LiveAttempts Live { get; } = new();

    /// <summary>The session as last decided; null before anything was.</summary>
    public Func<Core.Session.SessionState?> State { get; init; } = () => null;

    /// <summary>The lease a task of the session holds.</summary>
    /// <exception cref="FailureException"><c>lease_lost</c>.</exception>
    public SlotLease LeaseOf(string session, string task) =>
        Pool.Status().Slots.FirstOrDefault(s => s.State == SlotState.Leased && s.Lease!.Owner.IsFor(session, task))?.Lease
        ?? throw new FailureException(new Failure(FailureCategory.Git, "lease_lost", $"task {task} holds no slot any more", "see: tutti pool status"));

    /// <summary>Writes the body of a pull request about a session, as Markdown.</summary>
    public Func<Core.Session.SessionState, string> PullRequestBody { get; init; } = state => $"Work of session {state.Id}.";

    /// <summary>The user's checkout, or where git commands run in a bare repository.</summary>
    public string Top => Repository.Folder;
}
