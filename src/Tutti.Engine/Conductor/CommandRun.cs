using Tutti.Core;
using Tutti.Core.Plan;
using Tutti.Core.Session;
using Tutti.Engine.Agents;
using Tutti.Engine.Processes;

namespace Tutti.Engine.Conductor;

/// <summary>Runs a list of commands for a task to its end, adopting a run that a former conductor started.</summary>
internal sealed class CommandRun(SessionContext context, SessionState state, string task, AttemptFolder folder, string nonce)
{
    /// <summary>What the commands came to.</summary>
    /// <param name="commands">Each for <c>sh -c</c>.</param>
    /// <param name="directory">Where they run.</param>
    /// <param name="portBase">The slot's ports.</param>
    /// <param name="since">When the run was first started.</param>
    /// <param name="cancellation">Stops watching; the commands go on and are adopted later.</param>
    public async Task<Failure?> ToEndAsync(IReadOnlyList<string> commands, string directory, int portBase, DateTimeOffset since, CancellationToken cancellation)
    {
        if (AttemptProcess.Probe(folder) is AttemptLife.NotStarted)
            await AttemptProcess.StartAsync(folder, CommandList.Prepare(folder, commands, directory, AgentEnvironment.Of(Request(directory, portBase))), cancellation);
        var limits = state.Settings.Limits;
        var exit = await AttemptProcess.WatchAsync(folder, new WatchLimits(since, limits.Verify, limits.Verify) { Grace = limits.Grace }, context.Time, null, cancellation);
        return CommandList.Conclude(folder, commands, exit).Failure;
    }

    private AttemptRequest Request(string directory, int portBase) => new(
        state.Id, task, "setup", 0, nonce, directory, state.Tasks[task].Base ?? state.Base, portBase,
        new AgentChoice(AttemptState.Commands), null, "", null, folder, context.Top);
}
