using Tutti.Core.Session;
using Tutti.ProcessTests.Support;

namespace Tutti.ProcessTests.Sessions;

/// <summary>Nobody takes what is told: a full disk behind a redirection, or streams that are closed.</summary>
public sealed class UnheardTests
{
    [Theory]
    [InlineData("2>/dev/full")]
    [InlineData("2>&-")]
    [InlineData(">/dev/full 2>/dev/full")]
    [InlineData(">&- 2>&-")]
    public async Task A_session_goes_on_to_its_end_and_its_exit_code_is_its_own(string streams)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "no /dev/full");
        await using var lab = new SessionLab();
        var plan = lab.Plan("tasks:\n  - { id: a, title: A, run: \"echo a > a.txt\" }\n");
        Assert.Equal(0, lab.Run(lab.Top, "sh", "-c", $"exec \"$0\" run --plan \"$1\" {streams}", TuttiRun.Program, plan).ExitCode);
        Assert.Equal(SessionStatus.Completed, lab.Journaled()!.Status);
    }

    [Theory]
    [InlineData("2>/dev/full")]
    [InlineData("2>&-")]
    public async Task A_failure_that_cannot_be_told_keeps_its_exit_code(string streams)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "no /dev/full");
        await using var lab = new SessionLab();
        Assert.Equal(2, lab.Run(lab.Top, "sh", "-c", $"exec \"$0\" show nope {streams}", TuttiRun.Program).ExitCode);
    }

    [Fact]
    public async Task An_answer_that_nobody_can_take_is_a_failure_and_lands_in_no_file()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "no sh");
        await using var lab = new SessionLab();
        await lab.RunPlanAsync("tasks:\n  - { id: a, title: A, run: \"echo a > a.txt\" }\n");
        Assert.Equal(3, lab.Run(lab.Top, "sh", "-c", "exec \"$0\" status --json >&-", TuttiRun.Program).ExitCode);
        Assert.Equal(0, lab.Run(lab.Top, "sh", "-c", "exec \"$0\" status --json <&-", TuttiRun.Program).ExitCode);
    }
}
