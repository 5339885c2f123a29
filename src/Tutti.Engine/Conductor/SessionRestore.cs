using Tutti.Core;
using Tutti.Core.Session;
using Tutti.Engine.Config;
using Tutti.Engine.Git;
using Tutti.Engine.Git.Landing;
using Tutti.Engine.Git.Pool;
using Tutti.Engine.Git.Work;
using Tutti.Engine.Journal;

namespace Tutti.Engine.Conductor;

/// <summary>A session that was made of a position of another one's journal; also what <c>tutti checkpoint restore --json</c> answers.</summary>
/// <param name="Version">Of this shape.</param>
/// <param name="Session">Its own id.</param>
/// <param name="From">The other's.</param>
/// <param name="Checkpoint">The name of the position; null where only its number was given.</param>
/// <param name="Seq">The position.</param>
/// <param name="Target">The branch both land on.</param>
/// <param name="TargetThen">Where that was at the position.</param>
/// <param name="TargetNow">Where it is now, and where the new session starts.</param>
/// <param name="Landed">Tasks whose work is on the target now.</param>
/// <param name="LandedSince">Those of them that had not landed at the position.</param>
/// <param name="TakenAlong">Tasks whose work of then the new session goes on with.</param>
/// <param name="Anew">Tasks that start from nothing.</param>
/// <param name="Notes">What the person should know.</param>
public sealed record RestoredSession(
    int Version,
    string Session,
    string From,
    string? Checkpoint,
    long Seq,
    string Target,
    string TargetThen,
    string TargetNow,
    IReadOnlyList<string> Landed,
    IReadOnlyList<string> LandedSince,
    IReadOnlyList<string> TakenAlong,
    IReadOnlyList<string> Anew,
    IReadOnlyList<string> Notes);

/// <summary>
/// Makes a new session of a checkpoint. The old one stays as it is, to the last byte. What git says counts: a task has landed when its
/// work is on the target now, whatever the journal said then. Nothing is started: the new session waits for a resume.
/// </summary>
/// <param name="repository">The repository.</param>
/// <param name="sources">Where settings are read from: agents' entries hold secrets, which no journal has.</param>
/// <param name="time">The clock.</param>
public sealed class SessionRestore(Repository repository, SettingsSources sources, TimeProvider time)
{
    // Real attempts count from 1: this one keeps what was taken along, also when the old session is cleaned away.
    private const int AttemptBefore = 0;

    private readonly RefStore _refs = new(repository.CommonDirectory);

    /// <summary>Makes the session.</summary>
    /// <param name="folder">The old session's.</param>
    /// <param name="named">A checkpoint's name, or the number of an event.</param>
    /// <param name="cancellation">Stops before anything is made.</param>
    /// <exception cref="FailureException">
    /// <c>session_live</c>, <c>checkpoint_unknown</c>, or what keeps a session from starting; nothing was changed then.
    /// </exception>
    public async Task<RestoredSession> RunAsync(SessionFolder folder, string named, CancellationToken cancellation)
    {
        var position = JournalPosition.Find(folder, named);
        RequireRest(folder, position);
        var (at, notes) = (position.At, new List<string>());
        if (position.Damage is { } damage)
            notes.Add($"{damage.Message}; what has happened behind that is not known");
        var settings = at.Settings with { Target = at.Target, Agents = Agents(at.Settings, notes) };
        var session = await SessionOpening.CheckAsync(new SessionOrder(repository, at.Plan, settings, at.Source, at.Request), onlyShown: true, cancellation);
        notes.AddRange(session.Notes);
        var landed = await LandedAsync(position, session.TargetCommit, cancellation);
        var work = await WorkAsync(at, landed, notes, cancellation);

        var (made, started) = await SessionOpening.CreateAsync(session, time, cancellation);
        var keep = work.Select(pair => RefChange.Create(AttemptRef.For(made.Id, pair.Key, AttemptBefore), pair.Value.Head)).ToList();
        if (await _refs.ApplyAsync(keep, $"tutti: restored from {folder.Id}", cancellation) is { } failure)
            throw new FailureException(failure);
        Write(made, started, new SessionRestored(folder.Id, position.Checkpoint?.Name, at.Seq, landed, work));
        return new RestoredSession(
            Version: 1,
            made.Id,
            folder.Id,
            position.Checkpoint?.Name,
            at.Seq,
            at.Target,
            at.Landing.Target,
            session.TargetCommit,
            InOrder(at, landed.ContainsKey),
            InOrder(at, id => landed.ContainsKey(id) && at.Tasks[id].Landed is null),
            InOrder(at, work.ContainsKey),
            InOrder(at, id => !landed.ContainsKey(id) && !work.ContainsKey(id)),
            notes);
    }

    private static void RequireRest(SessionFolder folder, JournalPosition position)
    {
        if (position is { Last.EndedAt: null, Conductor: { } conductor } && OwnerProcess.IsAlive(new LeaseOwner("", "", conductor.Pid, conductor.Boot, long.Parse(conductor.Started, System.Globalization.CultureInfo.InvariantCulture))))
            throw FailureException.Input("session_live", $"session {folder.Id} is being conducted, and goes on from where it is", $"'tutti control cancel --session {folder.Id}' ends it; then restore");
        SessionCleaning.RequireDead(folder, position.Last);
    }

    private IReadOnlyDictionary<string, AgentEntry> Agents(Settings settings, List<string> notes)
    {
        try
        {
            var loaded = SettingsLoader.Load(sources).Settings.Agents;
            return loaded.Count > 0 ? loaded : settings.Agents;
        }
        catch (FailureException e)
        {
            notes.Add($"the settings cannot be read, so that agents have those of the journal, without secrets: {e.Failure.Message}");
            return settings.Agents;
        }
    }

    // By either word of the journal: then, or since. An undone landing is none any more, and one that a person made by hand is one.
    private async Task<Dictionary<string, string>> LandedAsync(JournalPosition position, string target, CancellationToken cancellation)
    {
        var landed = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var id in position.At.Plan.Tasks.Select(spec => spec.Id))
        {
            foreach (var commit in new[] { position.At.Tasks[id].Landed, position.Last.Tasks[id].Landed }.OfType<string>().Distinct())
            {
                if (await ExistsAsync(commit, cancellation) && await Checkouts.IsAncestorAsync(repository.CommonDirectory, commit, target, cancellation))
                    landed[id] = commit;
            }
        }

        return landed;
    }

    private async Task<Dictionary<string, RestoredWork>> WorkAsync(SessionState at, Dictionary<string, string> landed, List<string> notes, CancellationToken cancellation)
    {
        var taken = new Dictionary<string, RestoredWork>(StringComparer.Ordinal);
        foreach (var task in at.Plan.Tasks.Select(spec => at.Tasks[spec.Id]).Where(t => !landed.ContainsKey(t.Id)))
        {
            if (RestoredWork.Of(task) is not { } work)
                continue;
            if (await ExistsAsync(work.Head, cancellation))
                taken[task.Id] = work;
            else
                notes.Add($"the work of {task.Id} at {work.Head[..Math.Min(8, work.Head.Length)]} is gone; it starts anew");
        }

        return taken;
    }

    private async Task<bool> ExistsAsync(string commit, CancellationToken cancellation) =>
        (await GitCommand.TryAsync(repository.CommonDirectory, ["cat-file", "-e", $"{ObjectId.Check(commit)}^{{commit}}"], cancellation: cancellation)).ExitCode == 0;

    private void Write(SessionFolder folder, SessionStarted started, SessionRestored restored)
    {
        var begun = Decide.Begin(started, time.GetUtcNow());
        using var journal = JournalWriter.Open(folder);
        Secrets.Known(started.Settings).Guard(journal);
        // One decision: a session that has begun and does not know where it comes from would do everything again.
        var second = new Recorded(begun.State.Seq + 1, time.GetUtcNow(), restored, started.Id, begun.State.Seq);
        _ = Fold.Apply(begun.State, second);
        journal.Append([MaskedEvents.Of(journal, [.. begun.Events, second])]);
    }

    private static List<string> InOrder(SessionState state, Func<string, bool> which) => [.. state.Plan.Tasks.Select(spec => spec.Id).Where(which)];
}
