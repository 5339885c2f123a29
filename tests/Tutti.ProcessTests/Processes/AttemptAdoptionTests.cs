using System.Diagnostics;
using System.Text.Json;
using Tutti.Engine.Processes;

namespace Tutti.ProcessTests.Processes;

public sealed class AttemptAdoptionTests : IAsyncDisposable
{
    private readonly AttemptLab _lab = new();

    public ValueTask DisposeAsync() => _lab.DisposeAsync();

    [Fact]
    public async Task Killing_the_starter_leaves_the_attempt_and_the_next_one_adopts_it()
    {
        var folder = _lab.Folder();
        using var starter = Starter(folder, "wait go", "print survived", "exit 4");
        await AttemptLab.Until(() => AttemptProcess.Probe(folder) is AttemptLife.Alive);
        starter.Kill();
        await starter.WaitForExitAsync();
        var watch = AttemptLab.Watch(folder);
        Assert.IsType<AttemptLife.Alive>(AttemptProcess.Probe(folder));
        File.WriteAllText(Path.Combine(_lab.Slot, "go"), "");
        var exit = await watch;
        Assert.Equal((4, ExitCause.Exited), (exit.Code!.Value, exit.Cause));
        Assert.Equal("survived\n", File.ReadAllText(folder.Stdout));
    }

    [Fact]
    public async Task What_ended_while_nobody_watched_is_known()
    {
        var folder = _lab.Folder();
        using var starter = Starter(folder, "print done", "exit 3");
        await AttemptLab.Until(() => AttemptProcess.Probe(folder) is AttemptLife.Alive or AttemptLife.Exited);
        starter.Kill();
        await AttemptLab.Until(() => AttemptProcess.Probe(folder) is AttemptLife.Exited);
        Assert.Equal(3, (await AttemptLab.Watch(folder)).Code);
    }

    [Fact]
    public async Task A_shim_that_was_killed_is_dead_and_watching_it_tells_it_is_lost()
    {
        var folder = _lab.Folder();
        var identity = await AttemptProcess.StartAsync(folder, _lab.Shell(folder, "sleep 100"));
        var watch = AttemptLab.Watch(folder);
        Process.GetProcessById(identity.Pid).Kill();
        var exit = await watch;
        Assert.Equal((null, ExitCause.Lost), (exit.Code, exit.Cause));
        Assert.IsType<AttemptLife.Dead>(AttemptProcess.Probe(folder));
    }

    [Fact]
    public async Task Signals_of_a_terminal_do_not_end_the_shim()
    {
        var folder = _lab.Folder();
        var identity = await AttemptProcess.StartAsync(folder, _lab.Agent(folder, "ignore INT HUP TERM", "write ready yes", "wait go", "exit 6"));
        await AttemptLab.UntilWritten(Path.Combine(_lab.Slot, "ready"));
        foreach (var signal in new[] { "HUP", "INT", "TERM", "QUIT" })
            Process.Start("kill", ["-" + signal, identity.Pid.ToString()]).WaitForExit();
        Assert.IsType<AttemptLife.Alive>(AttemptProcess.Probe(folder));
        File.WriteAllText(Path.Combine(_lab.Slot, "go"), "");
        Assert.Equal(6, (await AttemptLab.Watch(folder)).Code);
    }

    [Fact]
    public async Task P08_a_reused_pid_is_not_taken_for_the_attempt_nor_ended()
    {
        using var stranger = Process.Start("sleep", "100");
        var row = ProcessTable.Find(stranger.Id)!;
        var folder = _lab.Folder().Create();
        Forge(folder, new ProcessIdentity(stranger.Id, row.Started + "1", Machine.Boot, Machine.Space, "forged-nonce"));
        Assert.IsType<AttemptLife.Dead>(AttemptProcess.Probe(folder));
        Assert.Equal(new AttemptEnd(0, 0), await AttemptProcess.EndAsync(folder, TimeSpan.FromMilliseconds(50)));
        Assert.True(AttemptLab.IsRunning(stranger.Id));
        stranger.Kill();
    }

    [Fact]
    public async Task An_attempt_of_an_earlier_boot_is_dead()
    {
        using var stranger = Process.Start("sleep", "100");
        var folder = _lab.Folder().Create();
        Forge(folder, new ProcessIdentity(stranger.Id, ProcessTable.Find(stranger.Id)!.Started, "another-boot", Machine.Space, "forged-nonce"));
        Assert.IsType<AttemptLife.Dead>(AttemptProcess.Probe(folder));
        await AttemptProcess.EndAsync(folder, TimeSpan.Zero);
        Assert.True(AttemptLab.IsRunning(stranger.Id));
        stranger.Kill();
    }

    [Fact]
    public void An_attempt_in_another_container_is_unknown()
    {
        var folder = _lab.Folder().Create();
        Forge(folder, new ProcessIdentity(12, "34", Machine.Boot, Machine.Space + "1", "forged-nonce"));
        Assert.IsType<AttemptLife.Unknown>(AttemptProcess.Probe(folder));
    }

    [Fact]
    public void A_claim_without_a_line_is_unknown_at_first_and_dead_later()
    {
        var folder = _lab.Folder().Create();
        Assert.IsType<AttemptLife.NotStarted>(AttemptProcess.Probe(folder));
        File.WriteAllText(folder.Process, "");
        Assert.IsType<AttemptLife.Unknown>(AttemptProcess.Probe(folder));
        File.SetLastWriteTimeUtc(folder.Process, DateTime.UtcNow.AddMinutes(-1));
        Assert.IsType<AttemptLife.Dead>(AttemptProcess.Probe(folder));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("{\"code\":")]
    [InlineData("")]
    [InlineData("[1]")]
    public void A_torn_exit_is_no_exit(string content)
    {
        var folder = _lab.Folder().Create();
        File.WriteAllText(folder.Exit, content);
        Assert.IsType<AttemptLife.NotStarted>(AttemptProcess.Probe(folder));
    }

    // As an agent's `ln -sf exit.json exit.json` or `chmod 000 exit.json`; the latter does not keep root out, as which tests may run.
    [Fact]
    public void An_exit_that_cannot_be_read_is_no_exit()
    {
        var folder = _lab.Folder().Create();
        File.CreateSymbolicLink(folder.Exit, folder.Exit);
        Assert.IsType<AttemptLife.NotStarted>(AttemptProcess.Probe(folder));
    }

    private static void Forge(AttemptFolder folder, ProcessIdentity identity) =>
        File.WriteAllBytes(folder.Process, JsonSerializer.SerializeToUtf8Bytes(identity, AttemptJson.Default.ProcessIdentity));

    // A conductor in a process of its own, to be killed.
    private Process Starter(AttemptFolder folder, params string[] steps)
    {
        var script = Path.Combine(_lab.Root, "script");
        File.WriteAllLines(script, steps);
        return Process.Start(new ProcessStartInfo(AttemptLab.FakeAgent, [$"conduct {folder.Path} {script}"]) { WorkingDirectory = _lab.Slot })!;
    }
}
