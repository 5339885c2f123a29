using System.Collections.Immutable;
using Spectre.Console;
using Spectre.Console.Rendering;
using Tutti.Core.Session;
using Tutti.Core.Views;

namespace Tutti.Terminal;

/// <summary>The boxes of the live displays.</summary>
public static class Frames
{
    /// <summary>A box no wider than this reads better.</summary>
    private const int MostWidth = 120;

    /// <summary>Foreseen collisions that are shown; fewer in a low window.</summary>
    private const int MostCollisions = 3;

    /// <summary>Rows of the frame, and the one under it where the cursor stands.</summary>
    private const int FrameRows = 3;

    /// <summary>The bar, the tasks that are being worked on, the counts.</summary>
    public static IRenderable Compact(FrameInput input)
    {
        var state = input.State;
        var active = Active(state).Select(id => TaskView.From(state, state.Tasks[id], input.Live)).ToList();
        return Of(input, (width, room, look) => Limited(active, room, width, look));
    }

    /// <summary>As compact, but all tasks with their phases, attempts, CPU and memory, and the last events.</summary>
    public static IRenderable Detailed(FrameInput input)
    {
        var state = input.State;
        return Of(input, (width, room, look) =>
        {
            var events = Math.Min(input.Recent.Count, Math.Max(0, room / 3));
            var table = TaskTable.Of([.. Ordered(state).Select(id => TaskView.From(state, state.Tasks[id], input.Live))], room - events - 2, width, look);
            return [.. table, Line.Empty, .. input.Recent.TakeLast(events).Select(text => Line.Row(look, new Cell(text, Tone.Dim, width)))];
        });
    }

    private static Rows Of(FrameInput input, Func<int, int, Look, IEnumerable<Line>> body)
    {
        var (state, live, _, facts) = input;
        var look = facts.Look;
        // The last column stays free: a terminal that has written there may already be on the next row.
        var width = Math.Min(MostWidth, facts.Columns - 1);
        var inner = width - Box.Frame;
        var session = SessionView.From(state, live);
        var totals = TotalsView.From(state);
        List<Line> above = [Headings.Bar(session, totals, inner, look), .. Headings.Trouble(session, inner, look)];
        List<Line> below = [.. Headings.Collisions(CollisionView.Of(state), Math.Min(MostCollisions, facts.Height / 6), inner, look), .. Headings.Counts(totals, Eta.Of(state, live), inner, look)];
        var room = Math.Max(1, facts.Height - above.Count - below.Count - FrameRows);
        IEnumerable<Line> lines = [.. above, .. body(inner, room, look), .. below];
        return new Rows(Box.Of($"tutti {session.Id} {look.Arrow} {session.Target}", lines, width, look));
    }

    private static IEnumerable<Line> Limited(List<TaskView> tasks, int room, int width, Look look)
    {
        var shown = tasks.Count <= room ? tasks : tasks[..Math.Max(0, room - 1)];
        var rows = TaskRows.Of(shown, width, look);
        return shown.Count == tasks.Count ? rows : rows.Append(Line.Of($"{look.Ellipsis} and {tasks.Count - shown.Count} more", Tone.Dim));
    }

    private static ImmutableSortedSet<string> Active(SessionState state) => state.Running.Union(state.Claiming);

    // So that what matters stays in a low window: what is worked on, what went wrong, what is next, what is done.
    private static IEnumerable<string> Ordered(SessionState state) => state.Plan.Tasks
        .Select(spec => state.Tasks[spec.Id])
        .OrderBy(task => task.Shown switch
        {
            TaskPhase.Running or TaskPhase.Landing or TaskPhase.Paused => 0,
            TaskPhase.NeedsAttention or TaskPhase.Failed => 1,
            TaskPhase.Ready => 2,
            TaskPhase.Pending => 3,
            _ => 4,
        })
        .Select(task => task.Id);
}
