using Tutti.Core;
using Tutti.Core.Plan;
using Tutti.Engine.Documents;
using Tutti.Engine.Journal;

namespace Tutti.Engine.Conductor;

/// <summary>
/// Takes secrets out of what a session is made of, before its first event. Text for people and agents is masked; what must be exact (ids,
/// paths, commands) cannot be, since a resumed session would run it with <c>***</c> in it, and is refused.
/// </summary>
internal static class SecretsOfPlan
{
    /// <summary>The order without secrets in its text.</summary>
    /// <exception cref="FailureException"><c>secret_in_plan</c>: an id, a path or a command holds what is surely a secret.</exception>
    public static SessionOrder Masked(SessionOrder order)
    {
        var plan = order.Plan;
        Refuse("setup", plan.Setup);
        Refuse("verify", plan.Verify);
        foreach (var task in plan.Tasks)
        {
            var what = $"task {DocumentFailure.Shown(Secrets.OfProcess.Mask(task.Id))}";
            Refuse($"the id of {what}", [task.Id]);
            Refuse($"'run' of {what}", [task.Run ?? "", .. task.Agents.Values.Select(choice => choice.Run ?? "")]);
            Refuse($"'verify' of {what}", task.Verify);
            Refuse($"'files' of {what}", task.Files);
        }

        var secrets = Secrets.Known(order.Settings);
        return order with { Plan = plan with { Tasks = [.. plan.Tasks.Select(task => Masked(task, secrets))] }, Request = order.Request is { } request ? secrets.Mask(request) : null };
    }

    private static TaskSpec Masked(TaskSpec task, Secrets secrets) => task with
    {
        Title = secrets.Mask(task.Title),
        Description = secrets.Mask(task.Description),
        AcceptanceCriteria = [.. task.AcceptanceCriteria.Select(secrets.Mask)],
    };

    private static void Refuse(string what, IEnumerable<string> texts)
    {
        if (texts.Any(text => SecretFormats.HidePrefixed(text) != text))
            throw FailureException.Input("secret_in_plan", $"{what} holds a key or a password in clear", "put it into a file that git ignores ('copy:'), or into the agent's 'env:'");
    }
}
