using Tutti.Core;
using Tutti.Core.Session;
using Tutti.Engine.Journal;

namespace Tutti.Commands;

/// <summary><c>tutti checkpoint create</c>: asked of the conductor where there is one, else written where the session rests.</summary>
internal static class CheckpointMaking
{
    /// <summary>Makes the checkpoint and says where it is.</summary>
    /// <exception cref="FailureException"><c>checkpoint_name</c>, <c>checkpoint_exists</c>, <c>no_answer</c>, or what keeps the journal from being written.</exception>
    public static async Task<int> RunAsync(string? session, string name, string? why, bool json, CancellationToken cancellation)
    {
        if (!Checkpoints.IsName(name))
            throw FailureException.Input("checkpoint_name", $"'{name}' is no name for a checkpoint", "letters, digits and . _ - between them, 64 at most");
        if (name.All(char.IsAsciiDigit))
            throw FailureException.Input("checkpoint_name", $"'{name}' would be taken for the number of an event", $"for example: cp-{name}");
        var place = Workplace.Here();
        var folder = session is not null ? place.Session(session) : ControlCommand.Newest(place);
        using var follow = new JournalFollow(folder, watch: true);
        var state = follow.State ?? Workplace.Read(folder);
        if (Checkpoints.Named(state, name) is { } there)
            throw FailureException.Input("checkpoint_exists", $"session {state.Id} has a checkpoint '{name}' already, at event {there.Seq}", "names are given once; choose another");
        var control = new Control(ControlVerb.Checkpoint, [], 0, "tutti checkpoint") { Name = name, Why = why };
        var after = state.EndedAt is null && Workplace.IsConducted(follow.Conductor)
            ? await AskAsync(folder, follow, control, cancellation)
            : JournalNote.Checkpoint(folder, control, TimeProvider.System);
        var made = CheckpointView.Of(Checkpoints.Named(after, name)!);
        if (json)
            await Answers.JsonAsync(new CheckpointMadeView(1, state.Id, made), CheckpointJson.Default.CheckpointMadeView);
        else
            await Answers.LineAsync($"Checkpoint {made.Name} of session {state.Id} is event {made.Seq}: {made.Summary}");
        return ExitCodes.AllDone;
    }

    private static async Task<SessionState> AskAsync(SessionFolder folder, JournalFollow follow, Control control, CancellationToken cancellation)
    {
        if (await Asking.AskAsync(folder, follow, control, state => state.EndedAt is not null || Checkpoints.Named(state, control.Name!) is not null, cancellation) == Asked.Unanswered)
            throw Asking.NoAnswer(folder, "tutti checkpoint list");
        // Where the session came to its end meanwhile, or its conductor did, that is the position.
        return Checkpoints.Named(follow.State!, control.Name!) is not null ? follow.State! : JournalNote.Checkpoint(folder, control, TimeProvider.System);
    }
}
