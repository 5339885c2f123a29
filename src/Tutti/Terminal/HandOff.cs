using System.Text;
using Tutti.Core.Scheduling;
using Tutti.Core.Session;
using Tutti.Core.Views;

namespace Tutti.Terminal;

/// <summary>
/// What a session that stops after each group leaves to whoever goes on (<c>boundary: group</c>): what the group came to, what is
/// still to be settled, what comes next, and how to start it. Markdown, in the session's folder.
/// </summary>
public static class HandOff
{
    /// <summary>True where the session rests at a group's end.</summary>
    public static bool IsDue(SessionState state) => state is { EndedAt: not null, Ending.Reason.Code: Groups.BoundaryCode };

    /// <summary>The file's name; one for each group.</summary>
    public static string FileName(SessionState state) => $"handoff-group-{state.OpenGroup + 1}.md";

    /// <summary>The hand-off of the group at whose end the session rests.</summary>
    public static string Of(SessionState state)
    {
        var (text, groups) = (new StringBuilder(), state.Index.Graph.Groups);
        var next = Groups.LowestOpen(state);
        text.Append($"# Session {state.Id}: group {state.OpenGroup + 1} of {groups.Count} is through\n\n");
        if (state.Request is { } request)
            text.Append($"> {ReportMarkdown.Text(request)}\n\n");
        text.Append($"{ReportMarkdown.Text(state.Target)} is at {ReportMarkdown.Code(Words.Commit(state.Landing.Target))}.\n\n## What it came to\n\n");
        foreach (var spec in groups[state.OpenGroup])
            Through(text, state.Tasks[spec.Id]);
        var open = groups.Take(next).SelectMany(g => g).Select(spec => state.Tasks[spec.Id]).Where(t => t.Phase is TaskPhase.Failed or TaskPhase.NeedsAttention or TaskPhase.Blocked).ToList();
        if (open.Count > 0)
        {
            text.Append("\n## Still to be settled\n\n");
            foreach (var task in open)
                text.Append($"- **{ReportMarkdown.Text(task.Id)}** {Words.Of(task.Phase)}: {ReportMarkdown.Text(task.Failure?.Message ?? "")}{(task.Failure?.Hint is { } hint ? $" ({ReportMarkdown.Text(hint)})" : "")}\n");
        }

        text.Append($"\n## What comes next: group {next + 1}\n\n");
        foreach (var spec in groups[next].Where(spec => !state.Tasks[spec.Id].IsSettled))
            text.Append($"- **{ReportMarkdown.Text(spec.Id)}** {ReportMarkdown.Text(spec.Title)}\n");
        text.Append($"\n## How to go on\n\n- {ReportMarkdown.Code($"tutti resume {state.Id}")} starts it.\n");
        if (state.Checkpoints.FindLast(c => c.Task is null) is { } checkpoint)
            text.Append($"- Checkpoint {ReportMarkdown.Code(checkpoint.Name)} (event {checkpoint.Seq}) is this position: {ReportMarkdown.Code($"tutti checkpoint restore {checkpoint.Name} --session {state.Id}")} makes a new session of it, should the next group go wrong.\n");
        return text.ToString();
    }

    private static void Through(StringBuilder text, TaskState task)
    {
        var commit = task.Landed is { } landed ? $" ({ReportMarkdown.Code(Words.Commit(landed))})" : "";
        text.Append($"- **{ReportMarkdown.Text(task.Id)}** {ReportMarkdown.Text(task.Spec.Title)}: {(task.IsIntegrated ? "integrated" : Words.Of(task.Phase))}{commit}\n");
        if (task.Summary is { Length: > 0 } summary)
            text.Append($"  - {ReportMarkdown.Text(summary)}\n");
        foreach (var decision in task.Decisions)
            text.Append($"  - decided: {ReportMarkdown.Text(decision.Topic)}: {ReportMarkdown.Text(decision.Choice)}{(decision.Why is { Length: > 0 } why ? $" ({ReportMarkdown.Text(why)})" : "")}\n");
        if (task.Preserved is { } kept)
            text.Append($"  - kept: {ReportMarkdown.Text(kept)}\n");
    }
}
