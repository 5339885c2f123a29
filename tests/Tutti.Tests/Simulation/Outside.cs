using Tutti.Core.Session;

namespace Tutti.Tests.Simulation;

/// <summary>A process of an attempt: it goes on when the conductor dies.</summary>
/// <param name="Says">What it reports at its end.</param>
/// <param name="Ends">When that is.</param>
/// <param name="Place">Which tree it works on.</param>
public sealed record SimulatedProcess(AttemptIsOver Says, DateTimeOffset Ends, Place Place);

/// <summary>What is true outside of the session, whatever its journal says: commits, branches, slots and processes. It outlives every crash.</summary>
public sealed class Outside
{
    private readonly Dictionary<string, string[]> _parents = new(StringComparer.Ordinal) { ["c0"] = [] };
    private readonly SortedDictionary<int, string> _slots = [];
    private readonly Dictionary<(string Task, int Number), SimulatedProcess> _processes = [];
    private readonly HashSet<string> _green = new(StringComparer.Ordinal);
    private int _commits;

    /// <summary>True where nothing may land that no test has found green: verify commands are set, and nobody edits them.</summary>
    public bool Strict { get; init; }

    /// <summary>Where the target is.</summary>
    public string Target { get; private set; } = "c0";

    /// <summary>Where the integration branch is; null before there is one.</summary>
    public string? Integration { get; private set; }

    /// <summary>A new commit, named by what it is: <c>w7</c> for an agent's work, <c>m8</c> for a merge.</summary>
    public string Commit(string kind, params string[] parents)
    {
        var commit = $"{kind}{++_commits}";
        _parents[commit] = parents;
        return commit;
    }

    /// <summary>Another session begins in the same repository: it has attempts and an integration branch of its own; commits, and slots that were kept, stay.</summary>
    public void BeginAnother()
    {
        _processes.Clear();
        Integration = null;
    }

    /// <summary>True where a commit is another one, or has it among its ancestors.</summary>
    public bool Has(string commit, string ancestor)
    {
        var (open, seen) = (new Stack<string>([commit]), new HashSet<string>(StringComparer.Ordinal));
        while (open.TryPop(out var at))
        {
            if (at == ancestor)
                return true;
            if (seen.Add(at))
                Array.ForEach(_parents[at], open.Push);
        }

        return false;
    }

    /// <summary>A test has found a commit green.</summary>
    public void FoundGreen(string commit) => _green.Add(commit);

    /// <summary>Somebody else commits on the target.</summary>
    public void Push() => Target = Commit("u", Target);

    /// <summary>Moves the target by compare-and-swap; false where it is elsewhere.</summary>
    public bool Move(string from, string to)
    {
        if (Target == to)
            return true;
        if (Target != from)
            return false;
        Forward(Target, to);
        Target = to;
        return true;
    }

    /// <summary>Moves the integration branch; where a move broke half-way, also away from what that had brought.</summary>
    public void Integrate(string to)
    {
        Green(to);
        Integration = to;
    }

    /// <summary>The slot a task has, or else the first free one.</summary>
    public SlotHold Lease(string task)
    {
        var slot = _slots.FirstOrDefault(pair => pair.Value == task).Key;
        slot = slot > 0 ? slot : Enumerable.Range(1, _slots.Count + 1).First(n => !_slots.ContainsKey(n));
        _slots[slot] = task;
        return new SlotHold($"wt-{slot}", $"/slots/wt-{slot}", 20000 + (slot * 10));
    }

    /// <summary>Gives a task's slot back, or keeps it for a person.</summary>
    public void Release(string task, bool keep)
    {
        foreach (var slot in _slots.Where(pair => pair.Value == task).Select(pair => pair.Key).ToList())
        {
            _slots.Remove(slot);
            if (keep)
                _slots[slot] = $"kept of {task}";
        }
    }

    /// <summary>An attempt's process; null where it never had one.</summary>
    public SimulatedProcess? Process(string task, int number) => _processes.GetValueOrDefault((task, number));

    /// <summary>The attempts whose processes are at work.</summary>
    public IEnumerable<SimulatedProcess> Alive(DateTimeOffset now) => _processes.Values.Where(process => process.Ends > now);

    /// <summary>Starts a process.</summary>
    public void Start(SimulatedProcess process, DateTimeOffset now)
    {
        var (task, number) = (process.Says.Task, process.Says.Number);
        if (Alive(now).Any(alive => alive.Says.Task == task))
            throw new InvariantException(JournalInvariants.TwiceAtOnce, $"a process of {task}/{number} starts while another one of {task} lives");
        _processes[(task, number)] = process;
    }

    /// <summary>Ends a process that lives.</summary>
    public void End(string task, int number, AttemptIsOver says, DateTimeOffset now)
    {
        if (Process(task, number) is { } process && process.Ends > now)
            _processes[(task, number)] = process with { Says = says, Ends = now };
    }

    /// <summary>All that is known of a process is lost; the process itself goes on.</summary>
    public void Forget(string task, int number)
    {
        if (_processes.Remove((task, number), out var process))
            _processes[(task, -number)] = process;
    }

    private void Forward(string from, string to)
    {
        if (!Has(to, from))
            throw new InvariantException(nameof(JournalInvariants.TheTargetOnlyMovesForward), $"{to} does not have {from} below it");
        Green(to);
    }

    private void Green(string to)
    {
        if (Strict && !_green.Contains(to))
            throw new InvariantException(nameof(JournalInvariants.NothingLandsUnverified), $"no test has found {to} green");
    }
}
