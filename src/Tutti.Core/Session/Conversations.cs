using Tutti.Core.Scheduling;

namespace Tutti.Core.Session;

/// <summary>When an attempt goes on with the conversation of an earlier one, instead of starting over with everything to read again.</summary>
public static class Conversations
{
    /// <summary>
    /// The attempt to go on from: a correction goes on with the developer's own conversation; a stage that was interrupted or killed, or whose
    /// provider was away for a while, with its own. Null where a new one begins: also after a correction that went wrong, since the conversation may be why.
    /// </summary>
    /// <param name="task">The task, with all its attempts so far.</param>
    /// <param name="stage">The stage that starts.</param>
    /// <param name="agent">Who does it; a conversation is never handed to another agent.</param>
    /// <param name="context">Percent of the context from which on a conversation is not gone on with.</param>
    public static AttemptState? ToContinue(TaskState task, Stage stage, string agent, int context)
    {
        var corrects = stage == Stage.Correct;
        var last = task.Attempts.FindLast(a => a.Place == Place.Slot && a.Agent != AttemptState.Commands && (a.Stage == stage || (corrects && a.Stage == Stage.Develop)));
        return last is { Conversation: not null, EndedAt: not null } && last.Agent == agent && !(last.Context >= context) && !HasToBegin(last)
            && (WasBrokenOff(last) || (corrects && last.Outcome == AttemptOutcome.Succeeded))
            ? last
            : null;
    }

    /// <summary>What all attempts of a conversation have used together.</summary>
    public static Usage UsageOf(TaskState task, string conversation) =>
        task.Attempts.Where(a => a.Conversation == conversation && a.Usage is not null).Aggregate(new Usage(), (sum, a) => sum + a.Usage!);

    // It did nothing wrong: it was stopped, by Tutti or from outside, or its provider was away.
    private static bool WasBrokenOff(AttemptState attempt) =>
        attempt.Outcome is AttemptOutcome.Interrupted or AttemptOutcome.OverBudget
        || (attempt.Failure is { } failure && AgentPolicy.Of(failure.Code) is AgentRemedy.Wait or AgentRemedy.GoOn or AgentRemedy.Person or AgentRemedy.PersonForAll);

    private static bool HasToBegin(AttemptState attempt) =>
        attempt.Outcome == AttemptOutcome.HandedOver || (attempt.Failure is { } failure && AgentPolicy.Of(failure.Code) == AgentRemedy.HandOver);
}
