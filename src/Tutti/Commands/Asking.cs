using Tutti.Core;
using Tutti.Core.Session;
using Tutti.Core.Views;
using Tutti.Engine.Conductor;
using Tutti.Engine.Journal;

namespace Tutti.Commands;

/// <summary>What has come of a request to a conductor.</summary>
internal enum Asked
{
    /// <summary>What was asked for has come about.</summary>
    Done,

    /// <summary>Nothing within <see cref="Asking.Patience"/>; the request stays where the conductor finds it.</summary>
    Unanswered,

    /// <summary>The conductor is gone, and the request has been taken back.</summary>
    Gone,
}

/// <summary>Asks the process that conducts a session.</summary>
internal static class Asking
{
    /// <summary>How long an answer is waited for; ending agents takes as long as their grace.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Asks, and waits until <paramref name="isDone"/> is true of the session.</summary>
    public static async Task<Asked> AskAsync(SessionFolder folder, JournalFollow follow, Control control, Func<SessionState, bool> isDone, CancellationToken cancellation)
    {
        var request = Inbox.Leave(folder, control, TimeProvider.System.GetUtcNow());
        if (!await follow.UntilAsync(state => isDone(state) || !Workplace.IsConducted(follow.Conductor), Patience, TimeProvider.System, cancellation))
            return Asked.Unanswered;
        // The last that it wrote may have come after the last look.
        follow.Read();
        if (isDone(follow.State!))
            return Asked.Done;
        File.Delete(request);
        return Asked.Gone;
    }

    /// <summary>The failure that says that no answer came.</summary>
    /// <param name="folder">The session's.</param>
    /// <param name="look">The command that shows whether one still comes.</param>
    public static FailureException NoAnswer(SessionFolder folder, string look) => new(new Failure(
        FailureCategory.Timeout,
        "no_answer",
        $"session {folder.Id} has not answered within {Amounts.Duration(Patience)}; the request stays in its inbox",
        $"'{look}' shows whether it is still taken up"));
}
