using System.CommandLine;
using System.CommandLine.Completions;
using Tutti.Core;
using Tutti.Core.Session;
using Tutti.Engine.Journal;

namespace Tutti.Commands;

/// <summary>Ids of sessions and tasks: looked up, and offered to a shell that completes them.</summary>
internal static class Ids
{
    private const int MostSessions = 20;

    /// <summary>Ids of the newest sessions here; none where nothing can be read.</summary>
    public static IEnumerable<string> Sessions() => Offer(() => SessionFolder.All(Workplace.Here().Repository.StateDirectory).Take(MostSessions).Select(s => s.Id));

    /// <summary>Ids of the newest session's tasks; none where nothing can be read.</summary>
    public static IEnumerable<string> Tasks() => Offer(() => Workplace.Read(Workplace.Here().Session(null)).Plan.Tasks.Select(task => task.Id));

    /// <summary>Names of the newest session's checkpoints; none where nothing can be read.</summary>
    public static IEnumerable<string> Checkpoints() => Offer(() => Workplace.Read(Workplace.Here().Session(null)).Checkpoints.Select(c => c.Name));

    /// <summary>The option <c>--session</c>.</summary>
    public static Option<string?> SessionOption()
    {
        var option = new Option<string?>("--session", "-s") { Description = "The session (default: the newest)", HelpName = "ID" };
        option.CompletionSources.Add(_ => Sessions().Select(id => new CompletionItem(id)));
        return option;
    }

    /// <summary>Offers task ids for an argument.</summary>
    public static Argument<T> OfTasks<T>(Argument<T> argument)
    {
        argument.CompletionSources.Add(_ => Tasks().Select(id => new CompletionItem(id)));
        return argument;
    }

    /// <summary>A task of a session.</summary>
    /// <exception cref="FailureException"><c>task_unknown</c>, with the nearest id.</exception>
    public static TaskState Task(SessionState state, string id) => state.Tasks.TryGetValue(id, out var task)
        ? task
        : throw FailureException.Input("task_unknown", $"session {state.Id} has no task '{id}'", Nearest.Hint(id, [.. state.Plan.Tasks.Select(t => t.Id)]));

    // A completion has nobody to tell what is wrong.
    private static List<string> Offer(Func<IEnumerable<string>> ids)
    {
        try
        {
            return [.. ids()];
        }
        catch (Exception e) when (e is FailureException or IOException)
        {
            return [];
        }
    }
}
