using System.Text.Json;
using Tutti.Core;
using Tutti.Engine.Processes;

namespace Tutti.Engine.Agents;

/// <summary>What a list of commands came to.</summary>
/// <param name="Failure">Why it failed; null where all commands passed.</param>
/// <param name="FailedCommand">Index of the command that failed, or that ran when the attempt was ended; null where nobody knows.</param>
public sealed record CommandListConclusion(Failure? Failure, int? FailedCommand);

/// <summary>
/// Setup and verify commands, run by Tutti itself in an attempt like any other: it outlives the conductor, has limits, and
/// leaves an output to look at.
/// </summary>
public static class CommandList
{
    // The commands are positional arguments, so nothing needs quoting; each gets a shell of its own and cannot disturb the
    // next. Both outputs go to one file, since only the order tells which command complained.
    private const string Script = """
        exec 2>&1
        tutti_result=$1 tutti_index=0
        shift
        for tutti_command do
          printf '{"command":%s}\n' "$tutti_index" >"$tutti_result"
          printf '$ %s\n' "$tutti_command"
          sh -c "$tutti_command"
          tutti_code=$?
          if [ "$tutti_code" -ne 0 ]; then
            printf '{"command":%s,"exit_code":%s}\n' "$tutti_index" "$tutti_code" >"$tutti_result"
            exit "$tutti_code"
          fi
          tutti_index=$((tutti_index + 1))
        done
        """;

    /// <summary>The attempt that runs commands in order, up to the first that fails.</summary>
    /// <param name="folder">The attempt's; <c>result.json</c> will name the command that failed.</param>
    /// <param name="commands">Each for <c>sh -c</c>.</param>
    /// <param name="directory">Where they run.</param>
    /// <param name="environment">See <see cref="AgentEnvironment"/>.</param>
    public static AttemptCommand Prepare(
        AttemptFolder folder, IReadOnlyList<string> commands, string directory, IReadOnlyDictionary<string, string> environment)
    {
        folder.Create();
        return new AttemptCommand("sh", ["-c", Script, "commands", folder.Result, .. commands], directory, environment);
    }

    /// <summary>What the end of such an attempt means: only exit code 0 is success, whatever the result file says.</summary>
    /// <param name="folder">The attempt's.</param>
    /// <param name="commands">As given to <see cref="Prepare"/>.</param>
    /// <param name="exit">How the attempt ended.</param>
    public static CommandListConclusion Conclude(AttemptFolder folder, IReadOnlyList<string> commands, AttemptExit exit)
    {
        if (exit.Succeeded)
            return new CommandListConclusion(null, null);
        var tail = OutputTail.Of(folder);
        var index = FailedCommand(folder, commands.Count);
        var what = index is { } i ? $"`{commands[i]}`" : "running the commands";
        var failure = exit.Cause switch
        {
            ExitCause.Exited => new Failure(FailureCategory.Verify, "verify_failed", $"{what} {ExitFailure.Ended(exit)}", "run it on the task's branch to see it fail", tail),
            ExitCause.TimedOut => new Failure(FailureCategory.Timeout, "verify_timed_out", $"{what} took longer than the limit and was ended", "raise 'limits.verify'", tail),
            ExitCause.Stalled => new Failure(FailureCategory.Timeout, "verify_stalled", $"{what} printed nothing for too long and was ended", "raise 'limits.stall'", tail),
            ExitCause.Lost => ExitFailure.Lost(what, tail),
            _ => throw new ArgumentOutOfRangeException(nameof(exit), exit.Cause, null),
        };
        return new CommandListConclusion(failure with { Context = exit.Facts }, index);
    }

    // {"command":1,"exit_code":2}; without exit_code where the script itself was ended. No more than a hint: what the commands run
    // could have written it.
    private static int? FailedCommand(AttemptFolder folder, int count)
    {
        try
        {
            using var document = JsonDocument.Parse(OutputTail.Read(folder.Result));
            return document.RootElement.ValueKind == JsonValueKind.Object
                && document.RootElement.TryGetProperty("command", out var command)
                && command.TryGetInt32(out var index) && index >= 0 && index < count ? index : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // InvalidOperation: "command" is no number.
            return null;
        }
    }
}
