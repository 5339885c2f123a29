using Tutti.Core;
using Tutti.Engine.Agents;
using Tutti.Engine.Processes;
using Tutti.ProcessTests.Processes;

namespace Tutti.ProcessTests.Agents;

public sealed class CommandListTests : IAsyncDisposable
{
    private readonly AttemptLab _lab = new();

    public ValueTask DisposeAsync() => _lab.DisposeAsync();

    [Fact]
    public async Task Commands_run_in_order_each_in_a_shell_of_its_own()
    {
        var (conclusion, output) = await Run("A=1; cd /; echo one", "echo \"two '$A'\"; pwd", "echo \"$0 $#\" | tr a-z A-Z");
        Assert.Null(conclusion.Failure);
        Assert.Equal($"$ A=1; cd /; echo one\none\n$ echo \"two '$A'\"; pwd\ntwo ''\n{_lab.Slot}\n$ echo \"$0 $#\" | tr a-z A-Z\nSH 0\n", output);
    }

    [Fact]
    public async Task The_first_failure_stops_and_is_named()
    {
        var (conclusion, output) = await Run("echo fine", "echo broken >&2; exit 9", "echo never");
        Assert.Equal((1, "verify_failed", FailureCategory.Verify), (conclusion.FailedCommand, conclusion.Failure!.Code, conclusion.Failure.Category));
        Assert.Equal("`echo broken >&2; exit 9` failed with exit code 9", conclusion.Failure.Message);
        Assert.EndsWith("broken", conclusion.Failure.Detail);
        Assert.DoesNotContain("never", output);
    }

    [Fact]
    public async Task A_command_that_claims_success_in_the_result_file_has_still_failed()
    {
        var (conclusion, _) = await Run("echo '{\"command\":\"x\"}' >\"$TUTTI_RESULT\"; kill -9 $PPID");
        Assert.Equal("verify_failed", conclusion.Failure!.Code);
        Assert.Null(conclusion.FailedCommand);
    }

    [Fact]
    public async Task One_that_takes_too_long_is_named_too()
    {
        var (conclusion, _) = await Run(AttemptLab.Limits(attempt: TimeSpan.FromMilliseconds(500)), "true", "sleep 100");
        Assert.Equal(("verify_timed_out", 1), (conclusion.Failure!.Code, conclusion.FailedCommand));
        Assert.Contains("`sleep 100`", conclusion.Failure.Message);
    }

    [Fact]
    public async Task No_commands_pass()
    {
        Assert.Null((await Run()).Conclusion.Failure);
    }

    private Task<(CommandListConclusion Conclusion, string Output)> Run(params string[] commands) => Run(AttemptLab.Limits(), commands);

    private async Task<(CommandListConclusion Conclusion, string Output)> Run(WatchLimits limits, params string[] commands)
    {
        var folder = _lab.Folder(stage: "verify");
        var environment = _lab.Shell(folder, "").Environment;
        await AttemptProcess.StartAsync(folder, CommandList.Prepare(folder, commands, _lab.Slot, environment));
        var exit = await AttemptLab.Watch(folder, limits);
        return (CommandList.Conclude(folder, commands, exit), File.ReadAllText(folder.Stdout));
    }
}
