using Tutti.Core.Landing;
using Tutti.Core.Plan;
using Tutti.Core.Session;
using Tutti.Engine.Agents;
using Tutti.Engine.Processes;

namespace Tutti.Engine.Conductor;

/// <summary>What an attempt is asked, put together from the session: its prompt, its agent, the conversation it goes on with.</summary>
internal static class AttemptOrder
{
    /// <summary>The request of an agent in its role.</summary>
    public static AttemptRequest OfAgent(SessionContext context, AttemptPlan plan, AttemptTree tree, AgentChoice choice, AgentTraits traits, ConflictBrief? conflict)
    {
        var role = Crew.RoleOf(plan.Attempt.Stage);
        var earlier = traits.Continues ? Earlier(context, plan) : null;
        var values = Values(plan, role, tree) with { InSchema = traits.AnswersInSchema, Continues = earlier is not null, History = earlier is null ? History(plan) : "" };
        if (conflict is not null)
            values = values with { Conflicts = conflict.Paths, Ours = [.. conflict.Landed.Select(Side)], Theirs = [Side(conflict.Task)] };
        var prompt = PromptTemplate.Of(role, context.Repository.MainWorktree ?? context.Repository.Top).Render(values);
        return Of(context, plan, tree, choice, prompt) with { Role = role, Continue = earlier };
    }

    /// <summary>The request of anything that runs for an attempt.</summary>
    public static AttemptRequest Of(SessionContext context, AttemptPlan plan, AttemptTree tree, AgentChoice choice, string prompt)
    {
        var (state, task, attempt, folder) = plan;
        var entry = choice.Agent is { } name ? state.Settings.Agents.GetValueOrDefault(name) : null;
        return new AttemptRequest(
            state.Id, task.Id, AttemptEffects.Word(attempt.Stage), attempt.Number, plan.Nonce, tree.Path, task.Base ?? state.Base,
            tree.PortBase, choice, entry, prompt, choice.Run, folder, context.Top);
    }

    private static Continuation? Earlier(SessionContext context, AttemptPlan plan)
    {
        var (_, task, attempt, _) = plan;
        if (attempt.Continues is not { } number || task.Attempts[number - 1] is not { Conversation: { } conversation } earlier)
            return null;
        var folder = AttemptFolder.Of(context.Folder.Path, task.Id, number, AttemptEffects.Word(earlier.Stage));
        return new Continuation(conversation, folder, Conversations.UsageOf(task with { Attempts = task.Attempts.GetRange(0, attempt.Number - 1) }, conversation));
    }

    // What went before, for somebody who was not there: needed where a conversation cannot be gone on with.
    private static string History(AttemptPlan plan)
    {
        var (_, task, attempt, _) = plan;
        var before = task.Attempts.FindLast(a => a.Number < attempt.Number && a is { IsAgent: true, Place: Place.Slot or Place.Conflict } && (a.Stage == attempt.Stage || (attempt.Stage == Stage.Correct && a.Stage == Stage.Develop)));
        if (before is null)
            return "";
        string?[] parts =
        [
            $"attempt {before.Number}, {AttemptEffects.Word(before.Stage)} by {before.Agent}: {before.Outcome?.ToString().ToLowerInvariant()}",
            before.Failure is { } failure ? $"why it ended: {failure.Message}" : null,
            task.Summary is { } summary && attempt.Stage == Stage.Correct ? $"its summary: {summary}" : null,
            before.LastWords is { } words && before.Outcome != AttemptOutcome.Succeeded ? $"its last words:\n{words}" : null,
        ];
        return string.Join('\n', parts.OfType<string>());
    }

    private static ConflictSide Side(TaskState task) => new(task.Id, task.Spec.Title, task.Spec.Description, task.Summary ?? "");

    private static PromptValues Values(AttemptPlan plan, Role role, AttemptTree tree)
    {
        var (state, task, attempt, folder) = plan;
        return new PromptValues
        {
            Role = role,
            ResultPath = folder.Result,
            Nonce = plan.Nonce,
            Task = task.Spec,
            Verify = [.. state.Verify, .. task.Spec.Verify],
            Findings = role == Role.Correct ? task.Findings : [],
            Dependencies = [.. task.Spec.DependsOn.Select(id => state.Tasks[id]).Select(d => new DependencySummary(d.Id, d.Spec.Title, d.Summary ?? ""))],
            Collisions = [.. Forecasts.Ahead(state, task).Select(c => Colliding(state, task, c))],
            Review = state.Settings.Review,
            Coverage = state.Settings.Coverage,
            Base = task.Base ?? state.Base,
            Round = attempt.Round,
            PortBase = tree.PortBase,
        };
    }

    private static CollisionNote Colliding(SessionState state, TaskState task, Collision collision)
    {
        var with = collision.Other(task.Id) is { } other ? $"task {other}, {state.Tasks[other].Spec.Title}" : $"what is on {state.Target} already";
        List<string> paths = [.. collision.Paths.Select(p => $"{p.Path} ({p.Kind})")];
        if (collision.PathCount > paths.Count)
            paths.Add($"and {collision.PathCount - paths.Count} more");
        return new CollisionNote(with, paths);
    }
}
