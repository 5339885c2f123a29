using Tutti.Core.Scheduling;
using Tutti.Core.Views;

namespace Tutti.Core.Session;

/// <summary>
/// Positions of the journal with a name: asked for by a person, at each group's end, and before a step that somebody may want to take
/// back. There is one for a step, never one for a moment, and none where nothing has happened since the last.
/// </summary>
public static class Checkpoints
{
    /// <summary>Who makes those that nobody asked for.</summary>
    public const string Automatic = "tutti";

    private const int LongestName = 64;

    // A summary is for reading; the position itself has everything.
    private const int MostNamed = 10;

    /// <summary>True for a name a person may give: letters, digits, and <c>. _ -</c> between them.</summary>
    public static bool IsName(string name) =>
        name.Length is > 0 and <= LongestName && char.IsAsciiLetterOrDigit(name[0]) && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-');

    /// <summary>The checkpoint of that name; null where there is none.</summary>
    public static Checkpoint? Named(SessionState state, string name) => state.Checkpoints.Find(c => c.Name == name);

    /// <summary>The event that gives the state a name, made unique where <paramref name="name"/> is taken.</summary>
    public static CheckpointCreated Of(SessionState state, string name, string why, string by) => new(Free(state, name), why, Summary(state), by);

    /// <summary>The event of a checkpoint that a person asks for.</summary>
    public static CheckpointCreated AskedFor(SessionState state, Control control) =>
        Of(state, control.Name!, control.Why ?? $"asked for by {control.By}", control.By);

    /// <summary>What a person asked for; a name that is there already is not given twice.</summary>
    internal static void Obey(Draft draft, Control control)
    {
        if (control.Name is { } name && IsName(name) && Named(draft.State, name) is null)
            draft.Record(AskedFor(draft.State, control));
    }

    /// <summary>Before a step that may be wanted back.</summary>
    internal static void Before(Draft draft, string name, string why)
    {
        var state = draft.State;
        var last = state.Checkpoints is [.., var newest] ? newest.Seq : 0;
        if (state.Tasks.Values.Any(t => t.Seq > last))
            draft.Record(Of(state, name, why, Automatic));
    }

    /// <summary>At the end of each group but the last, which is the session's.</summary>
    internal static void AtGroupEnd(Draft draft)
    {
        if (!draft.Has(IsEndOfTask))
            return;
        var groups = draft.State.Index.Graph.Groups;
        while (draft.State.GroupsDone < groups.Count - 1 && Groups.IsThrough(draft.State, draft.State.GroupsDone))
        {
            var number = draft.State.GroupsDone + 1;
            draft.Record(Of(draft.State, $"group-{number}", $"group {number} of {groups.Count} is through", Automatic) with { Group = number });
        }
    }

    /// <summary>A name that is not taken: the wish itself, or with a number behind it.</summary>
    internal static string Free(SessionState state, string wish)
    {
        var name = wish;
        for (var n = 2; Named(state, name) is not null; n++)
            name = $"{wish}.{n}";
        return name;
    }

    /// <summary>Where a session stands, in a line.</summary>
    internal static string Summary(SessionState state)
    {
        var parts = new List<string> { $"{state.Count(TaskPhase.Done)} of {Words.Count(state.Tasks.Count, "task")} done" };
        if (!state.Running.IsEmpty)
            parts.Add($"at work: {Names(state.Running.Select(id => $"{id} ({Words.Of(state.Tasks[id].Stage)})"), state.Running.Count)}");
        if (state.Count(TaskPhase.Landing) is > 0 and var landing)
            parts.Add(state.Landing.Integrated.Count == landing ? $"{landing} integrated" : $"{landing} landing");
        foreach (var phase in new[] { TaskPhase.Failed, TaskPhase.NeedsAttention, TaskPhase.Blocked, TaskPhase.Cancelled, TaskPhase.Pending })
        {
            if (state.Count(phase) is > 0 and var count)
                parts.Add($"{count} {Words.Of(phase)}");
        }

        return $"{string.Join(", ", parts)}; {state.Target} at {Words.Commit(state.Landing.Target)}";
    }

    private static string Names(IEnumerable<string> names, int count) =>
        $"{string.Join(", ", names.Take(MostNamed))}{(count > MostNamed ? $" and {count - MostNamed} more" : "")}";

    private static bool IsEndOfTask(Event e) => e is TaskLanded or TaskFailed or TaskBlocked or TaskCancelled or TaskNeedsAttention;
}
