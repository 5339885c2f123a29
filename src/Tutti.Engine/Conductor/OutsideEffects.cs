using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tutti.Core;
using Tutti.Core.Plan;
using Tutti.Core.Session;
using Tutti.Engine.Host;
using Tutti.Engine.Processes;
using Tutti.Engine.Sources;

namespace Tutti.Engine.Conductor;

/// <summary>What a session tells others: the task list it came from, and the user's hooks. Neither can hold it up for long.</summary>
internal sealed class OutsideEffects(SessionContext context)
{
    // A hook that takes longer is ended; a session must not hang on a notification.
    private static readonly TimeSpan HookLimit = TimeSpan.FromMinutes(1);

    public static Input Tell(TellSource effect, SessionState state)
    {
        var source = state.Source;
        try
        {
            if (source.File is { } file && StatusOf(effect.Phase) is { } status)
            {
                var list = TaskSources.Named(source.Kind);
                var task = state.Tasks[effect.Task];
                var before = StatusOf(task.Told);
                list.Tell(file, source.Tag, task.Id, status, task.Spec.Title, before);
                if (source.Parent is { } parent && state.Tasks.Values.All(t => t.Phase == TaskPhase.Done))
                    list.Tell(file, source.Tag, parent, SourceStatus.Done);
                else if (source.Parent is { } open && before == SourceStatus.Done)
                    list.Tell(file, source.Tag, open, SourceStatus.Pending, before: SourceStatus.Done);
            }

            return new TellEnded(effect.Task, effect.Phase, null);
        }
        catch (FailureException e) when (DiskTrouble.Of(e) is null)
        {
            return new TellEnded(effect.Task, effect.Phase, e.Failure);
        }
    }

    public async Task<Input> HookAsync(RunHook effect, SessionState state, CancellationToken cancellation)
    {
        var hooks = state.Settings.Hooks;
        var program = effect.Hook switch
        {
            HookName.SessionStart => hooks.SessionStart,
            HookName.TaskDone => hooks.TaskDone,
            HookName.SessionEnd => hooks.SessionEnd,
            _ => throw new InvalidOperationException($"no hook {effect.Hook}"),
        };
        return new HookEnded(effect.Hook, effect.Task, program is null ? null : await RunAsync(program, effect, state, cancellation));
    }

    // What failed goes back to be done; what needs a person is in review; what never ran is left as it was.
    private static SourceStatus? StatusOf(TaskPhase? phase) => phase switch
    {
        TaskPhase.Running => SourceStatus.InProgress,
        TaskPhase.Landing or TaskPhase.NeedsAttention => SourceStatus.Review,
        TaskPhase.Done => SourceStatus.Done,
        TaskPhase.Failed or TaskPhase.Cancelled => SourceStatus.Pending,
        _ => null,
    };

    private async Task<Failure?> RunAsync(string program, RunHook effect, SessionState state, CancellationToken cancellation)
    {
        var environment = HostEnvironment.Base();
        environment["TUTTI_SESSION"] = state.Id;
        environment["TUTTI_HOOK"] = effect.Hook;
        try
        {
            var result = await CommandRunner.RunAsync(
                new Command("sh", ["-c", program], context.Top)
                {
                    Environment = environment,
                    Input = Encoding.UTF8.GetBytes(Payload(effect, state).ToJsonString()),
                    Limit = HookLimit,
                    OutputLimit = 64 * 1024,
                },
                cancellation);
            return result is { ExitCode: 0, TimedOut: false }
                ? null
                : new Failure(FailureCategory.Environment, "hook_failed", $"hook {effect.Hook} '{program}' {(result.TimedOut ? "took longer than a minute" : $"failed with exit code {result.ExitCode}")}", "run it by hand and mend it; the session goes on", result.Error);
        }
        catch (FailureException e)
        {
            return e.Failure;
        }
    }

    private JsonObject Payload(RunHook effect, SessionState state)
    {
        var payload = new JsonObject
        {
            ["version"] = 1,
            ["hook"] = effect.Hook,
            ["session"] = state.Id,
            ["repository"] = context.Top,
            ["target"] = state.Target,
            ["request"] = state.Request,
            ["tasks"] = new JsonArray([.. state.Plan.Tasks.Select(t => (JsonNode)t.Id)]),
        };
        if (effect.Task is { } id)
            payload["task"] = OfTask(state.Tasks[id]);
        if (state.Ending is { } ending)
        {
            payload["status"] = ending.Status.ToString().ToLowerInvariant();
            payload["exit_code"] = ending.ExitCode;
            payload["done"] = state.Count(TaskPhase.Done);
            payload["failed"] = state.Count(TaskPhase.Failed);
        }

        return payload;
    }

    private static JsonObject OfTask(TaskState task) => new()
    {
        ["id"] = task.Id,
        ["title"] = task.Spec.Title,
        ["state"] = JsonNamingPolicy.KebabCaseLower.ConvertName(task.Phase.ToString()),
        ["branch"] = task.Branch,
        ["commit"] = task.Head,
        ["landed_commit"] = task.Landed,
        ["worktree"] = task.Slot?.Path,
        ["error"] = task.Failure?.Message,
    };
}
