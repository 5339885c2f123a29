using System.Security.Cryptography;
using Tutti.Core;
using Tutti.Core.Plan;
using Tutti.Core.Session;
using Tutti.Engine.Agents;
using Tutti.Engine.Git;
using Tutti.Engine.Git.Landing;
using Tutti.Engine.Git.Pool;
using Tutti.Engine.Git.Work;
using Tutti.Engine.Host;
using Tutti.Engine.Journal;

namespace Tutti.Engine.Conductor;

/// <summary>What a session is to be made of.</summary>
/// <param name="Repository">Where.</param>
/// <param name="Plan">Which tasks; validated.</param>
/// <param name="Settings">How.</param>
/// <param name="Source">Where the tasks come from.</param>
/// <param name="Request">The user's own words, when the plan was made from them.</param>
public sealed record SessionOrder(Repository Repository, PlanSpec Plan, Settings Settings, SourceRef Source, string? Request)
{
    /// <summary>What an agent used to make the plan.</summary>
    public Usage? Planning { get; init; }
}

/// <summary>A session that could start: everything was checked, and nothing on disk has changed.</summary>
/// <param name="Order">What was asked for, with the default agent filled in.</param>
/// <param name="Target">Short name of the branch the work lands on.</param>
/// <param name="TargetCommit">Where it is.</param>
/// <param name="Mode">How it will be executed, and why.</param>
/// <param name="Notes">What the user should know before it starts.</param>
public sealed record CheckedSession(SessionOrder Order, string Target, string TargetCommit, ExecutionDecision Mode, IReadOnlyList<string> Notes);

/// <summary>Opens sessions: first every check, then the first byte on disk.</summary>
public static class SessionOpening
{
    private const string Heads = "refs/heads/";

    /// <summary>Checks the repository, the machine and the agents.</summary>
    /// <param name="order">What is asked for.</param>
    /// <param name="onlyShown">Nothing will be started: a missing agent is a note then, no failure.</param>
    /// <param name="cancellation">Ends the git processes.</param>
    /// <exception cref="FailureException">The first thing that keeps the session from starting; its detail lists the others.</exception>
    public static async Task<CheckedSession> CheckAsync(SessionOrder order, bool onlyShown, CancellationToken cancellation)
    {
        order = SecretsOfPlan.Masked(order);
        var (repository, plan, settings, _, _) = order;
        var poolRoot = PoolRoot.Of(repository, settings.Worktrees);
        var target = settings.Target ?? plan.Target;
        var report = await Preflight.CheckAsync(repository, new PreflightNeeds(target, settings.Limits.MinFreeDisk, poolRoot), cancellation);
        if (!report.IsFit)
            throw new FailureException(First(report.Failures));
        var chosen = order with { Settings = settings with { Agent = settings.Agent ?? AgentAvailability.Default(settings) } };
        var notes = Agents(chosen, onlyShown).Concat(report.Notes).ToList();
        if ((repository.MainWorktree ?? repository.Top) is { } checkout)
            notes.AddRange(PromptTemplate.Check(checkout));
        var lacking = await PullRequestNeeds.MissingAsync(repository, chosen.Settings, Short(report.Target!), cancellation);
        notes.AddRange(lacking.Select(f => $"{f.Message}: {f.Hint}"));
        if (await AttemptSandbox.UnavailableAsync(chosen.Settings, cancellation) is { } unavailable)
            throw new FailureException(unavailable);
        var resources = await HostProbe.MeasureAsync(repository.CommonDirectory, cancellation);
        var mode = ExecutionMode.Decide(plan, TaskGraph.Build(plan.Tasks), chosen.Settings, resources);
        return new CheckedSession(chosen, Short(report.Target!), report.TargetCommit!, mode, notes);
    }

    private static List<string> Agents(SessionOrder order, bool onlyShown)
    {
        try
        {
            AgentAvailability.Require(order.Plan, order.Settings);
            return [];
        }
        catch (FailureException e) when (onlyShown)
        {
            return [$"{e.Failure.Message}: {e.Failure.Hint}"];
        }
    }

    /// <summary>Makes the session: its folder, its first event, and the ref that remembers where the target was.</summary>
    public static async Task<(SessionFolder Folder, SessionStarted Started)> CreateAsync(CheckedSession session, TimeProvider time, CancellationToken cancellation)
    {
        var (order, target, commit, mode, _) = session;
        // One after the other: each sees the names of branches that those before it have chosen.
        using var alone = await FileLock.TakeAsync(Path.Combine(order.Repository.StateDirectory, "sessions.lock"), cancellation);
        var refs = new RefStore(order.Repository.CommonDirectory);
        var today = time.GetLocalNow();
        var folder = SessionFolder.Create(order.Repository.StateDirectory, today, await GivenAsync(refs, today, cancellation));
        if (await refs.ApplyAsync([RefChange.Create(AttemptRef.TargetBefore(folder.Id), commit)], "tutti: session start", cancellation) is { } failure)
            throw new FailureException(failure);
        var branches = Branches(order, folder, await refs.ListAsync(Heads, cancellation));
        folder.Branches = [.. branches.Values];
        var started = new SessionStarted(
            folder.Id,
            Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)),
            order.Plan,
            order.Settings,
            order.Source,
            new ModeChoice(mode.Parallel, mode.Reason, mode.Parallel ? order.Settings.MaxAgents : 1),
            target,
            commit,
            branches,
            order.Request)
        {
            Planning = order.Planning,
        };
        return (folder, started);
    }

    // Of sessions whose folders somebody has removed, the refs are still there, and hold their work.
    private static async Task<HashSet<string>> GivenAsync(RefStore refs, DateTimeOffset today, CancellationToken cancellation)
    {
        var given = await refs.ListAsync(AttemptRef.TargetsBefore(SessionFolder.Day(today)), cancellation);
        return given.Select(r => AttemptRef.SessionOf(r.Name)).ToHashSet(StringComparer.Ordinal);
    }

    private static Dictionary<string, string> Branches(SessionOrder order, SessionFolder folder, IReadOnlyList<NamedRef> heads)
    {
        var taken = heads.Select(r => Short(r.Name)).ToHashSet(StringComparer.Ordinal);
        var promised = SessionFolder.All(order.Repository.StateDirectory).Where(other => other.Id != folder.Id).Select(other => new Promised(other)).ToList();
        var branches = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var task in order.Plan.Tasks)
        {
            var inTheWay = BranchName.TakenBy(taken);
            var branch = BranchName.For(order.Settings.Branch, task.Id, task.Title, folder.Id, name => inTheWay(name) || promised.Exists(other => other.Has(name)));
            taken.Add(branch);
            branches[task.Id] = branch;
        }

        return branches;
    }

    /// <summary>The branches of another session, which it makes when their tasks start; a session that is over makes none. Its journal is read where a name is among them.</summary>
    private sealed class Promised(SessionFolder session)
    {
        private readonly HashSet<string> _names = session.Branches.ToHashSet(StringComparer.OrdinalIgnoreCase);
        private bool? _isOpen;

        public bool Has(string name) => _names.Contains(name) && (_isOpen ??= IsOpen());

        private bool IsOpen()
        {
            try
            {
                return JournalReading.Of(session.Journal).State is not { } state || SessionCleaning.IsResumable(state);
            }
            catch (FailureException e) when (e.Failure.Code == FailureCode.JournalDamaged)
            {
                // Nobody knows: another name is the safe choice.
                return true;
            }
        }
    }

    private static string Short(string name) => name.StartsWith(Heads, StringComparison.Ordinal) ? name[Heads.Length..] : name;

    private static Failure First(IReadOnlyList<Failure> failures) => failures.Count == 1
        ? failures[0]
        : failures[0] with { Detail = string.Join('\n', failures.Skip(1).Select(f => $"also: {f.Message}")) };
}
