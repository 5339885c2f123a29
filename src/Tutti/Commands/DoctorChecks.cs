using Tutti.Core;
using Tutti.Core.Session;
using Tutti.Core.Views;
using Tutti.Engine.Agents;
using Tutti.Engine.Agents.Planning;
using Tutti.Engine.Conductor;
using Tutti.Engine.Config;
using Tutti.Engine.Git;
using Tutti.Engine.Git.Pool;
using Tutti.Engine.Host;
using Tutti.Engine.Journal;
using Tutti.Engine.Processes;
using Tutti.Engine.Processes.Sandbox;

namespace Tutti.Commands;

/// <summary>How much a finding weighs.</summary>
internal enum Weight
{
    Good,

    /// <summary>A session can start; somebody should look all the same.</summary>
    Odd,

    /// <summary>A session cannot start, or would fail.</summary>
    Bad,
}

/// <summary>What the doctor found in one place.</summary>
internal sealed record Finding(string Check, Weight Weight, string Message, string? Hint = null, string? Code = null)
{
    public static Finding Of(string check, Weight weight, Failure failure) => new(check, weight, failure.Message, failure.Hint, failure.Code);
}

/// <summary>All that the doctor found.</summary>
internal sealed record Diagnosis(IReadOnlyList<Finding> Findings, IReadOnlyList<AgentCondition> Agents)
{
    /// <summary>Nothing is bad: a session can start.</summary>
    public bool Fit => Findings.All(f => f.Weight != Weight.Bad);
}

/// <summary>The doctor's checks. They change nothing, and one that fails keeps no other from being made.</summary>
internal static class DoctorChecks
{
    /// <summary>Makes all checks, in the order in which things build on each other.</summary>
    public static async Task<Diagnosis> AllAsync(string folder, CancellationToken cancellation)
    {
        if (Try(() => Repository.Discover(folder), out var unfound) is not { } repository)
            return new Diagnosis([Finding.Of("repository", Weight.Bad, unfound!)], []);
        var place = new Workplace(repository);
        var found = new List<Finding> { new("repository", Weight.Good, repository.Home) };
        var loaded = Try(() => SettingsLoader.Load(place.Sources(s => s)), out var unread);
        var settings = loaded?.Settings ?? new Settings();

        // Programs take their time to say their version; the other checks are made meanwhile.
        var agents = loaded is null ? Task.FromResult<IReadOnlyList<AgentCondition>>([]) : DoctorAgents.LookAsync(settings, cancellation);
        found.AddRange(await GitAsync(repository, settings, cancellation));
        found.Add(await MemoryAsync(repository, settings, cancellation));
        found.AddRange(Configuration(loaded, unread));
        found.AddRange(loaded is null ? [] : DoctorAgents.Findings(settings, await agents));
        found.Add(await SandboxAsync(settings, cancellation));
        found.AddRange(Pool(place, settings));
        var sessions = SessionFolder.All(repository.StateDirectory).Select(Session).ToList();
        found.AddRange(Sessions(sessions));
        found.AddRange(LeftBehind(repository, sessions));
        found.AddRange(StaleLocks.Find(repository, TimeProvider.System.GetUtcNow()));
        return new Diagnosis(found, await agents);
    }

    // Tried in any case: who thinks of a sandbox wants to know whether there can be one.
    private static async Task<Finding> SandboxAsync(Settings settings, CancellationToken cancellation) =>
        (AttemptSandbox.IsWanted(settings), await Bubblewrap.ProbeAsync(cancellation)) switch
        {
            (true, { } failure) => Finding.Of("sandbox", Weight.Bad, failure),
            (true, null) => new Finding("sandbox", Weight.Good, "bubblewrap keeps agents in"),
            (false, null) => new Finding("sandbox", Weight.Good, "none is configured; 'sandbox: bwrap' would work here"),
            (false, { } failure) => new Finding("sandbox", Weight.Good, $"none is configured; {failure.Message[(failure.Message.IndexOf("but ", StringComparison.Ordinal) + 4)..]}"),
        };

    private static async Task<IEnumerable<Finding>> GitAsync(Repository repository, Settings settings, CancellationToken cancellation)
    {
        var root = Try(() => PoolRoot.Of(repository, settings.Worktrees), out var rootless);
        var report = await Preflight.CheckAsync(repository, new PreflightNeeds(settings.Target, settings.Limits.MinFreeDisk, root), cancellation);
        var found = new List<Finding>();
        if (report.GitVersion is { } version && report.Failures.All(f => f.Code is not ("git_too_old" or "git_unknown")))
            found.Add(new Finding("git", Weight.Good, version));
        if (report.Identity is { } identity)
            found.Add(new Finding("identity", Weight.Good, identity));
        if (report.Target is { } target)
            found.Add(new Finding("target", Weight.Good, $"{target.Replace("refs/heads/", "", StringComparison.Ordinal)} at {Words.Commit(report.TargetCommit!)}"));
        if (report.Failures.All(f => f.Code != "disk_full"))
            found.Add(new Finding("disk", Weight.Good, $"{Amounts.Bytes(HostProbe.FreeDisk(repository.StateDirectory))} free"));
        if (report.Target is { } branch)
            found.AddRange((await PullRequestNeeds.MissingAsync(repository, settings, branch.Replace("refs/heads/", "", StringComparison.Ordinal), cancellation)).Select(f => Finding.Of("pull request", Weight.Odd, f)));
        found.AddRange(report.Failures.Concat(rootless is null ? [] : [rootless]).Select(f => Finding.Of(Check(f.Code), Weight.Bad, f)));
        found.AddRange(report.Notes.Select(note => new Finding("repository", Weight.Odd, note)));
        return found;
    }

    private static string Check(string code) => code switch
    {
        "no_git" or "git_too_old" or "git_unknown" => "git",
        FailureCode.NoIdentity => "identity",
        "target_unknown" or "no_commit_yet" => "target",
        "disk_full" => "disk",
        "worktree_root_invalid" => "configuration",
        _ => "repository",
    };

    private static async Task<Finding> MemoryAsync(Repository repository, Settings settings, CancellationToken cancellation)
    {
        var host = await HostProbe.MeasureAsync(repository.CommonDirectory, cancellation);
        var needed = settings.Limits.MemoryPerAgent;
        return host.FreeMemory >= needed
            ? new Finding("memory", Weight.Good, $"{Amounts.Bytes(host.FreeMemory)} free, room for {host.FreeMemory / Math.Max(1, needed)} agent(s) at once, {host.Cores} core(s)")
            : new Finding("memory", Weight.Bad, $"{Amounts.Bytes(host.FreeMemory)} free, an agent needs {Amounts.Bytes(needed)}", "close something, or lower limits.memory_per_agent", "memory_short");
    }

    private static IEnumerable<Finding> Configuration(LoadedSettings? loaded, Failure? unread)
    {
        if (unread is not null)
            yield return Finding.Of("configuration", Weight.Bad, unread);
        if (loaded is null)
            yield break;
        yield return new Finding("configuration", Weight.Good, loaded.Settings.Files is { Count: > 0 } files ? string.Join(", ", files) : "no file, so the built-in defaults; 'tutti init' writes one");
        foreach (var note in loaded.Notes)
            yield return new Finding("configuration", Weight.Odd, note);
    }

    private static List<Finding> Pool(Workplace place, Settings settings)
    {
        if (Try(() => Pools.Of(place, settings).Pool, out _) is not { } pool)
            return [];
        if (Try(() => pool.Status().Slots, out var unread) is not { } slots)
            return [Finding.Of("pool", Weight.Odd, unread!)];
        var problems = pool.Health().Select(p => Finding.Of("pool", Weight.Odd, p.Failure)).ToList();
        return problems.Count > 0 ? problems : [new Finding("pool", Weight.Good, $"{slots.Count} slot(s) in {pool.Root}, {slots.Count(s => s.State == SlotState.Leased)} leased")];
    }

    private sealed record Seen(string Id, bool Conducted, SessionState? State, Failure? Failure);

    private static Seen Session(SessionFolder folder)
    {
        var reading = Try(() => JournalReading.Of(folder.Journal), out var damaged);
        return reading is null ? new Seen(folder.Id, false, null, damaged) : new Seen(folder.Id, Workplace.IsConducted(reading.Conductor), reading.State, null);
    }

    private static IEnumerable<Finding> Sessions(IReadOnlyList<Seen> sessions)
    {
        foreach (var session in sessions)
        {
            if (session.Failure is { } damaged)
                yield return Finding.Of("sessions", Weight.Odd, damaged);
            else if (session.State is null)
                yield return new Finding("sessions", Weight.Odd, $"{session.Id} was never started", $"tutti clean all {session.Id}", "session_empty");
            else if (session is { Conducted: false, State.EndedAt: null })
                yield return new Finding("sessions", Weight.Odd, $"{session.Id} is stale: nobody conducts it any more", $"tutti resume {session.Id}, or end it: tutti control cancel --session {session.Id}", "session_stale");
        }

        var live = sessions.Count(s => s.Conducted && s.State?.EndedAt is null && s.State is not null);
        yield return new Finding("sessions", Weight.Good, $"{sessions.Count} in all, {live} conducted now");
    }

    private static Finding[] LeftBehind(Repository repository, IReadOnlyList<Seen> sessions)
    {
        var conducted = sessions.Where(s => s.Conducted).Select(s => s.Id).ToHashSet(StringComparer.Ordinal);
        var left = Leftovers.Find(Path.Combine(repository.StateDirectory, "sessions"), conducted.Contains)
            .Select(l => new Finding("leftovers", Weight.Odd, $"process {l.Pid} of task {l.Task}, session {l.Session}, still runs: {l.Command}", Mend(l, sessions), "process_left"));
        var planners = Leftovers.Find(PlanFolder.Root(repository.StateDirectory), id => PlanFolder.IsBeingMade(repository.StateDirectory, id))
            .Select(l => new Finding("leftovers", Weight.Odd, $"process {l.Pid} of {l.Session}, which nobody waits for any more, still runs: {l.Command}", $"the next plan that an agent is asked for ends it, or: kill {l.Pid}", "process_left"));
        Finding[] all = [.. left, .. planners];
        return all.Length > 0 ? all : [new Finding("leftovers", Weight.Good, "no process of an attempt is left over")];
    }

    private static string Mend(Leftover left, IReadOnlyList<Seen> sessions) =>
        sessions.Any(s => s.Id == left.Session && s.State is { EndedAt: null })
            ? $"'tutti resume {left.Session}' adopts it, 'tutti control cancel --session {left.Session}' ends it"
            : $"kill {left.Pid}";

    private static T? Try<T>(Func<T> ask, out Failure? failure)
        where T : class?
    {
        try
        {
            failure = null;
            return ask();
        }
        catch (FailureException e)
        {
            failure = e.Failure;
            return null;
        }
        catch (Exception e) when (FileTrouble.Of(e) is { } trouble)
        {
            failure = trouble;
            return null;
        }
    }
}
