using Tutti.Core.Session;

namespace Tutti.Tests.Simulation;

/// <summary>
/// A second reading of the journal, apart from the fold that it is to judge: only what the invariants ask for, each in the plainest way.
/// </summary>
public sealed class Ledger
{
    private readonly Dictionary<string, AttemptStarted> _live = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Task, int Number), Stage> _started = [];
    private readonly HashSet<string> _tested = new(StringComparer.Ordinal);
    private readonly HashSet<string> _verified = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _onto = new(StringComparer.Ordinal);
    private readonly HashSet<string> _landed = new(StringComparer.Ordinal);
    private readonly HashSet<string> _hasWork = new(StringComparer.Ordinal);
    private readonly HashSet<(string Task, string Head)> _collected = [];
    private readonly HashSet<string> _passed = new(StringComparer.Ordinal);
    private readonly HashSet<string> _quarantined = new(StringComparer.Ordinal);

    /// <summary>The target's move in flight.</summary>
    public string? Moving { get; private set; }

    /// <summary>What is merged is merged onto this.</summary>
    public string Tip { get; private set; } = "";

    /// <summary>Where the target is, as the journal has it.</summary>
    public string Target { get; private set; } = "";

    /// <summary>Seq of the last event.</summary>
    public long Seq { get; private set; }

    /// <summary>True once the settings were edited: what was verified was verified by what was set then.</summary>
    public bool Edited { get; private set; }

    /// <summary>The attempt of a task that started and has not ended.</summary>
    public AttemptStarted? Live(string task) => _live.GetValueOrDefault(task);

    /// <summary>How many agents are at work.</summary>
    public int LiveAgents => _live.Values.Count(started => started.Agent != AttemptState.Commands);

    /// <summary>An attempt was started.</summary>
    public bool HasStarted(string task, int number) => _started.ContainsKey((task, number));

    /// <summary>A test of exactly this commit has passed.</summary>
    public bool IsTested(string commit) => _tested.Contains(commit);

    /// <summary>It may land.</summary>
    public bool IsVerified(string commit) => _verified.Contains(commit);

    /// <summary>A task's work is on the target or the integration branch.</summary>
    public bool HasLanded(string task) => _landed.Contains(task);

    /// <summary>A writer's work was collected since the task was last started, or what was collected before was taken up again.</summary>
    public bool HasWork(string task) => _hasWork.Contains(task);

    /// <summary>The verify commands have passed on the branch since then.</summary>
    public bool HasPassed(string task) => _passed.Contains(task);

    /// <summary>An effect broke, and is left alone until the session is taken up again.</summary>
    public bool IsQuarantined(string effect) => _quarantined.Contains(effect);

    /// <summary>True where a commit was merged, step by step, onto another.</summary>
    public bool StandsOn(string commit, string below)
    {
        for (var (at, steps) = (commit, 0); steps <= _onto.Count; steps++)
        {
            if (at == below)
                return true;
            if (!_onto.TryGetValue(at, out at!))
                return false;
        }

        return false;
    }

    /// <summary>Takes down an event.</summary>
    public void Take(Recorded recorded)
    {
        Seq = recorded.Seq;
        switch (recorded.Event)
        {
            case SessionStarted x:
                (Tip, Target) = (x.Base, x.Base);
                break;
            case SessionRestored x:
                _landed.UnionWith(x.Landed.Keys);
                _collected.UnionWith(x.Work.Select(pair => (pair.Key, pair.Value.Head)));
                break;
            case ConductorStarted:
                _quarantined.Clear();
                break;
            case SettingsChanged:
                Edited = true;
                break;
            case TaskStarted x:
                _hasWork.Remove(x.Task);
                _passed.Remove(x.Task);
                break;
            case AttemptStarted x:
                _live[x.Task] = x;
                _started[(x.Task, x.Number)] = x.Stage;
                break;
            case AttemptEnded x:
                Ended(x);
                break;
            case EffectFailed x:
                _quarantined.Add(x.Effect);
                if (x is { EndsStep: true, Task: { } task })
                    _live.Remove(task);
                break;
            case WorkCollected x:
                Collected(x);
                break;
            case BranchSeen x:
                _collected.Add((x.Task, x.Head));
                break;
            case WorkTakenUp x when _collected.Contains((x.Task, x.Head)):
                _hasWork.Add(x.Task);
                break;
            default:
                TakeLanding(recorded.Event);
                break;
        }
    }

    private void Ended(AttemptEnded x)
    {
        if (!_live.Remove(x.Task, out var started) || x.Outcome != AttemptOutcome.Succeeded || started.Agent != AttemptState.Commands)
            return;
        if (started.Place == Place.Slot)
            _passed.Add(x.Task);
        else
            _tested.Add(started.Commit!);
    }

    // What finalize tidies up is tested when it lands, as a part of the merge.
    private void Collected(WorkCollected x)
    {
        if (_started[(x.Task, x.Number)] != Stage.Finalize)
            _passed.Remove(x.Task);
        if (x.Work is null)
        {
            _hasWork.Remove(x.Task);
        }
        else
        {
            _hasWork.Add(x.Task);
            _collected.Add((x.Task, x.Work.Head));
        }
    }

    private void TakeLanding(Event e)
    {
        switch (e)
        {
            case LandingMerged x:
                if (x.Commit != x.Onto)
                    _onto[x.Commit] = x.Onto!;
                break;
            case LandingVerified x:
                _verified.Add(x.Commit);
                break;
            case BaseFoundGreen x:
                _verified.Add(x.Commit);
                break;
            case TargetMoving x:
                Moving = x.Commit;
                break;
            case TaskLanded x:
                (Tip, Moving) = (x.Commit, x.Within is null ? null : Moving);
                Target = x.Integrated ? Target : x.Commit;
                _landed.Add(x.Task);
                break;
            case TargetDiverged x:
                (Tip, Target, Moving) = (x.Actual, x.Actual, null);
                break;
            case IntegrationTaken x:
                Target = x.Commit;
                break;
            case LandingOrdered x:
                (Tip, Target) = (x.Target == Target ? Tip : x.Target, x.Target);
                break;
            default:
                break;
        }
    }
}
