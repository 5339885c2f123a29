using System.Collections.Immutable;

namespace Tutti.Core.Landing;

/// <summary>What merging a task's head onto a commit came to: a commit, or why there is none.</summary>
/// <param name="Commit">The merged commit; the very commit merged onto where that holds the work already.</param>
/// <param name="Failure">The conflict.</param>
public sealed record MergeResult(string? Commit, Failure? Failure);

/// <summary>A run of the verify commands for the landing.</summary>
/// <param name="Owner">The task whose attempt it is: the last of <paramref name="Tasks"/>.</param>
/// <param name="Number">That attempt's number.</param>
/// <param name="Commit">The commit under test.</param>
/// <param name="Tasks">Whose work is merged in it beyond the tip, in merging order; empty where the tip itself is tested.</param>
/// <param name="Slot">Which of the session's verify slots it occupies, from 1.</param>
public sealed record LandingCheck(string Owner, int Number, string Commit, ImmutableList<string> Tasks, int Slot)
{
    /// <summary>The verify commands have changed since it began: nothing follows from what it comes to.</summary>
    public bool Outdated { get; init; }
}

/// <summary>The target is being moved to a verified commit.</summary>
/// <param name="Commit">Where to: this and no other lands (P27).</param>
/// <param name="Tasks">Those that land with it, in merging order.</param>
public sealed record LandingMove(string Commit, ImmutableList<string> Tasks);

/// <summary>
/// The landing side of a session: one target, one train, recomputed from state at every change (P20). What has been merged and what
/// has been found green or red are facts kept here; what to merge, test and move next follows from them (see <see cref="Speculation"/>).
/// </summary>
public sealed record LandingState
{
    /// <summary>How many may be in the train at first, and at most.</summary>
    public const int FirstWindow = 16, MostWindow = 64;

    /// <summary>Finished tasks in the order in which they board the train.</summary>
    public ImmutableList<string> Queue { get; init; } = [];

    /// <summary>Tasks that are tested each on top of those ahead of it.</summary>
    public ImmutableList<string> Train { get; init; } = [];

    /// <summary>Groups that were red together: at least one of each is to blame. Tested apart, by halves, until it is found.</summary>
    public ImmutableList<ImmutableList<string>> Suspects { get; init; } = [];

    /// <summary>Those of the train that were part of a green merge, though not of one that could land.</summary>
    public ImmutableHashSet<string> Cleared { get; init; } = [];

    /// <summary>A person has ordered this landing, by which no agent is started.</summary>
    public bool Ordered { get; init; }

    /// <summary>Tasks whose conflict an agent is resolving.</summary>
    public ImmutableHashSet<string> Resolving { get; init; } = [];

    /// <summary>For each task what merging its head came to, by the commit merged onto.</summary>
    public ImmutableDictionary<string, ImmutableDictionary<string, MergeResult>> Merges { get; init; } =
        ImmutableDictionary.Create<string, ImmutableDictionary<string, MergeResult>>(StringComparer.Ordinal);

    /// <summary>The tests that run now.</summary>
    public ImmutableList<LandingCheck> Checks { get; init; } = [];

    /// <summary>The move in flight, if there is one.</summary>
    public LandingMove? Moving { get; init; }

    /// <summary>How many may be in the train: one more with each that lands, half as many when one is red.</summary>
    public int Window { get; init; } = FirstWindow;

    /// <summary>How often in a row somebody else has moved the target.</summary>
    public int Diverged { get; init; }

    /// <summary>How often in a row a test found no slot to run in.</summary>
    public int Delays { get; init; }

    /// <summary>No test starts before this time.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>A commit of the target on which the verify commands were red without anybody's change.</summary>
    public string? RedBase { get; init; }

    /// <summary>The commit the next task starts from and the train stands on.</summary>
    public string Tip { get; init; } = "";

    /// <summary>Where the target is, as last seen.</summary>
    public string Target { get; init; } = "";

    /// <summary>Why work gathers on the integration branch instead of the target; null while the target moves.</summary>
    public Failure? Detour { get; init; }

    /// <summary>The session's pull request; null where none was ever tried.</summary>
    public PullRequest? PullRequest { get; init; }

    /// <summary>The integration branch is being taken to the target.</summary>
    public bool Taking { get; init; }

    /// <summary>Tasks on the integration branch that the target does not have.</summary>
    public ImmutableList<string> Integrated { get; init; } = [];

    /// <summary>True when nothing is on its way to the target.</summary>
    public bool IsEmpty => Queue.IsEmpty && Train.IsEmpty && Suspects.IsEmpty && Resolving.IsEmpty && Moving is null;

    /// <summary>How many tasks are on their way.</summary>
    public int Count => Queue.Count + Train.Count + Resolving.Count + Suspects.Sum(group => group.Count);

    /// <summary>What a landing would merge onto with the target at a commit: what is integrated lands first, and on a moved target all is merged anew.</summary>
    public string Onto(string target) => Integrated.IsEmpty || target != Target ? target : Tip;

    /// <summary>How many are before a task on its way to the target: the train in its order, then those that are tested apart, then the queue.</summary>
    public int PlaceOf(string task) => Train.IndexOf(task) is >= 0 and var seat ? seat : Queue.IndexOf(task) is >= 0 and var waiting ? Train.Count + 1 + waiting : Train.Count;

    /// <summary>True where a task was part of a red merge and its next test, alone, decides about it.</summary>
    public bool IsLastChance(string task) => Suspects.Exists(group => group.Count == 1 && group[0] == task);

    /// <summary>What merging a task onto a commit came to; null where it has not been tried.</summary>
    public MergeResult? Merge(string task, string onto) => Merges.GetValueOrDefault(task)?.GetValueOrDefault(onto);
}
