namespace Tutti.Engine.Processes;

/// <summary>
/// The live processes of one attempt, looked for again and again while they are being ended. What was seen once to belong
/// is remembered, so that it is found even after all that connected it has died.
/// </summary>
internal sealed class AttemptTree(ProcessIdentity shim)
{
    private readonly string _mark = $"{AttemptMarks.Nonce}={shim.Nonce}";
    private readonly HashSet<ProcessRow> _known = [];

    /// <summary>
    /// Those with the attempt's mark wherever they hang, those in its session (a child may have dropped its environment), and
    /// their descendants.
    /// </summary>
    public IReadOnlyList<ProcessRow> Look()
    {
        var all = ProcessTable.All();
        var members = all.Where(IsOurs).ToDictionary(row => row.Pid);

        // A session id is not given away while the session has members; with one of ours in it, all in it are ours.
        if (members.Values.Any(row => row.Session == shim.Pid))
        {
            foreach (var row in all.Where(row => row.Session == shim.Pid))
                members.TryAdd(row.Pid, row);
        }

        AddDescendants(all, members);

        // An agent may call tutti to end its own task; this process must live to say so.
        members.Remove(Environment.ProcessId);
        _known.UnionWith(members.Values);
        return [.. members.Values];
    }

    /// <summary>True for the shim itself.</summary>
    public bool IsShim(ProcessRow process) => process.Pid == shim.Pid && process.Started == shim.Started;

    /// <summary>True for what the shim runs after the agent, to write the exit down: it carries no mark any more.</summary>
    public bool WritesExit(ProcessRow process) => process.Parent == shim.Pid && !ProcessTable.Carries(process.Pid, _mark);

    // Nothing that was there before the shim is looked into: that is most of a machine's processes.
    private bool IsOurs(ProcessRow row) => IsShim(row) || IsKnown(row) || (!ProcessTable.IsOlder(row.Started, shim.Started) && ProcessTable.Carries(row.Pid, _mark));

    // Parent and session change when a process is reparented or leaves; pid and start time do not.
    private bool IsKnown(ProcessRow row) => _known.Any(known => known.Pid == row.Pid && known.Started == row.Started);

    private static void AddDescendants(IReadOnlyList<ProcessRow> all, Dictionary<int, ProcessRow> members)
    {
        bool grown;
        do
        {
            grown = false;
            foreach (var row in all.Where(row => members.ContainsKey(row.Parent)))
                grown |= members.TryAdd(row.Pid, row);
        }
        while (grown);
    }
}
