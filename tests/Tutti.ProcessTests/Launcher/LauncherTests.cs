using System.Runtime.Versioning;

namespace Tutti.ProcessTests.Launcher;

[UnsupportedOSPlatform("windows")]
public sealed class LauncherTests : IDisposable
{
    private readonly LauncherFixture _it = new();

    [Fact]
    public async Task The_first_start_builds_and_says_so_in_one_line_and_the_next_one_does_not()
    {
        var first = await _it.StartAsync("0", "a b", "*");
        Assert.Equal((0, $"one|{_it.In("bin/../net")}|0 a b *", "Building Tutti once (a minute or two)…\n"), (first.ExitCode, first.Text, first.Error));
        var second = await _it.StartAsync("7");
        Assert.Equal((7, $"one|{_it.In("bin/../net")}|7", ""), (second.ExitCode, second.Text, second.Error));
        Assert.Equal(["native"], _it.Builds);
    }

    [Fact]
    public async Task It_works_through_links_relative_and_absolute()
    {
        File.CreateSymbolicLink(_it.In("elsewhere/absolute"), _it.In("home/tutti"));
        File.CreateSymbolicLink(_it.In("bin/relative"), "../elsewhere/absolute");
        var result = await _it.StartAsync(_it.In("bin/relative"), ["0"]);
        Assert.Equal(0, result.ExitCode);
        Assert.True(File.Exists(_it.In("home/artifacts/launcher/current")));
    }

    [Fact]
    public async Task An_edit_builds_again_and_a_running_program_keeps_its_folder()
    {
        await _it.StartAsync("0");
        var before = Directory.GetDirectories(_it.In("home/artifacts/launcher"), "app-*");
        _it.Edit("two");
        Assert.StartsWith("two|", (await _it.StartAsync("0")).Text, StringComparison.Ordinal);
        Assert.Equal(["native", "native"], _it.Builds);
        Assert.True(Directory.Exists(Assert.Single(before)));
    }

    [Fact]
    public async Task Folders_nobody_runs_from_go_in_the_end()
    {
        for (var i = 0; i < 4; i++)
        {
            await _it.StartAsync("0");
            _it.Edit($"edit {i}");
        }

        Assert.Equal(4, _it.Builds.Count);
        Assert.Equal(2, Directory.GetDirectories(_it.In("home/artifacts/launcher"), "app-*").Length);
    }

    [Fact]
    public async Task A_build_that_fails_shows_its_log_and_is_tried_again()
    {
        File.WriteAllText(_it.In("broken"), "");
        var result = await _it.StartAsync("0");
        Assert.Equal((3, ""), (result.ExitCode, result.Text));
        Assert.Contains("error CS1002", result.Error, StringComparison.Ordinal);
        Assert.Contains("tutti: the build failed", result.Error, StringComparison.Ordinal);
        Assert.Equal(["native"], _it.Builds);
        File.Delete(_it.In("broken"));
        Assert.Equal(0, (await _it.StartAsync("0")).ExitCode);
    }

    [Fact]
    public async Task Where_the_compilers_and_the_runtime_cannot_be_had_as_packages_it_builds_without_them()
    {
        File.WriteAllText(_it.In("offline"), "");
        Assert.Equal(0, (await _it.StartAsync("0")).ExitCode);
        Assert.Equal(OperatingSystem.IsLinux() ? ["native", "bundled", "precompiled", "plain"] : ["native", "precompiled", "plain"], _it.Builds);
    }

    [Fact]
    public async Task Where_nothing_links_machine_code_it_does_not_try_to_make_it()
    {
        File.Delete(_it.In("bin/gcc"));
        Assert.Equal(0, (await _it.StartAsync("0")).ExitCode);
        Assert.Equal([OperatingSystem.IsLinux() ? "bundled" : "precompiled"], _it.Builds);
    }

    [Fact]
    public async Task Two_first_starts_build_once()
    {
        File.WriteAllText(_it.In("hold"), "");
        var first = _it.StartAsync("0");
        await _it.UntilAsync(() => _it.Builds.Count == 1);
        var second = _it.StartAsync("0");
        File.Delete(_it.In("hold"));
        Assert.Equal([0, 0], (await Task.WhenAll(first, second)).Select(r => r.ExitCode));
        Assert.Equal(["native"], _it.Builds);
    }

    [Fact]
    public async Task A_lock_whose_owner_died_is_taken_over_and_what_it_left_goes()
    {
        Directory.CreateDirectory(_it.In("home/artifacts/launcher/lock"));
        await File.WriteAllTextAsync(_it.In("home/artifacts/launcher/lock/pid"), "999999999\n", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(_it.In("home/artifacts/launcher/current.999999999"), "app-killed\n", TestContext.Current.CancellationToken);
        Directory.CreateDirectory(_it.In("home/artifacts/launcher/app-killed"));
        Assert.Equal(0, (await _it.StartAsync("0")).ExitCode);
        Assert.Equal(["build.log", "current"], Directory.EnumerateFileSystemEntries(_it.In("home/artifacts/launcher")).Select(Path.GetFileName).Where(name => !name!.StartsWith("app-2", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Without_dotnet_it_says_what_to_install()
    {
        File.Delete(_it.In("bin/dotnet"));
        var result = await _it.StartAsync("0");
        Assert.Equal((3, "tutti: no 'dotnet' on PATH: install the .NET 10 SDK, then start again\n"), (result.ExitCode, result.Error));
    }

    [Fact]
    public async Task With_an_older_SDK_it_says_what_to_install()
    {
        File.WriteAllText(_it.In("old"), "");
        var result = await _it.StartAsync("0");
        Assert.Equal((3, "tutti: this dotnet has no .NET 10 SDK: install it, then start again\n"), (result.ExitCode, result.Error));
    }

    [Fact]
    public async Task On_Windows_it_points_to_WSL()
    {
        File.Delete(_it.In("bin/uname"));
        await File.WriteAllTextAsync(_it.In("bin/uname"), "#!/bin/sh\necho MINGW64_NT-10.0\n", TestContext.Current.CancellationToken);
        File.SetUnixFileMode(_it.In("bin/uname"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        var result = await _it.StartAsync("0");
        Assert.Equal(3, result.ExitCode);
        Assert.Contains("WSL", Assert.Single(result.Error.TrimEnd().Split('\n')), StringComparison.Ordinal);
    }

    public void Dispose() => _it.Dispose();
}
