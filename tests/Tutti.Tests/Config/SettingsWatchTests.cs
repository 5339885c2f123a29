using System.Collections.Concurrent;
using Tutti.Core;
using Tutti.Engine.Config;

namespace Tutti.Tests.Config;

public sealed class SettingsWatchTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly SettingsFolder _folder = new();
    private readonly BlockingCollection<object> _told = [];

    public void Dispose()
    {
        _folder.Dispose();
        _told.Dispose();
    }

    [Fact]
    public async Task A_change_a_slip_and_its_repair_are_told_in_order()
    {
        _folder.With(".tutti.yaml", "max_agents: 3\n");
        using var watch = Watch();
        _folder.With(".tutti.yaml", "max_agents: 14\n"); // another size: two writes can share one tick of the file system's clock
        Assert.Equal(14, Next<LoadedSettings>().Settings.MaxAgents);
        _folder.With(".tutti.yaml", "max_agents: many\n");
        Assert.Equal("max_agents must be a whole number from 1 to 200, not 'many', in .tutti.yaml line 1", Next<Failure>().Message);
        _folder.With(".tutti.yaml", "max_agents: 12\n");
        Assert.Equal(12, Next<LoadedSettings>().Settings.MaxAgents);
        watch.Dispose();
        await watch.Completion.WaitAsync(Limit);
    }

    [Fact]
    public void A_file_that_appears_and_is_replaced_by_rename_is_told()
    {
        using var watch = Watch();
        _folder.With(".tutti.yaml", "max_agents: 4\n");
        Assert.Equal(4, Next<LoadedSettings>().Settings.MaxAgents);
        _folder.With("new", "max_agents: 11\n");
        File.Move(Path.Combine(_folder.Repository, "new"), Path.Combine(_folder.Repository, ".tutti.yaml"), overwrite: true);
        Assert.Equal(11, Next<LoadedSettings>().Settings.MaxAgents);
    }

    [Fact]
    public void A_file_that_goes_is_a_slip_and_an_empty_one_a_change()
    {
        _folder.With(".tutti.yaml", "max_agents: 3\n");
        using var watch = Watch();
        File.Delete(Path.Combine(_folder.Repository, ".tutti.yaml"));
        Assert.Equal(("settings_gone", ".tutti.yaml is not there any more"), Next<Failure>() is var gone ? (gone.Code, gone.Message) : default);
        _folder.With(".tutti.yaml", "");
        Assert.Equal(5, Next<LoadedSettings>().Settings.MaxAgents);
        File.Delete(Path.Combine(_folder.Repository, ".tutti.yaml"));
        Assert.Equal("settings_gone", Next<Failure>().Code);
    }

    // No watcher can be on a folder that is not there yet: only the poll finds this.
    [Fact]
    public void A_file_in_a_folder_that_appears_later_is_found_by_the_poll()
    {
        using var watch = Watch();
        _folder.With("~/.config/tutti/config.yaml", "max_agents: 4\n");
        Assert.Equal(4, Next<LoadedSettings>().Settings.MaxAgents);
    }

    [Fact]
    public void A_change_behind_a_link_is_found()
    {
        _folder.With("real.yaml", "max_agents: 3\n");
        Directory.CreateDirectory(Path.Combine(_folder.Home, ".config", "tutti"));
        File.CreateSymbolicLink(Path.Combine(_folder.Home, ".config", "tutti", "config.yaml"), Path.Combine(_folder.Repository, "real.yaml"));
        using var watch = Watch();
        _folder.With("real.yaml", "max_agents: 14\n");
        Assert.Equal(14, Next<LoadedSettings>().Settings.MaxAgents);
    }

    [Fact]
    public async Task Other_files_and_disposal_tell_nothing()
    {
        _folder.With(".tutti.yaml", "max_agents: 3\n");
        using var watch = Watch();
        _folder.With("README.md", "x");
        watch.Dispose();
        await watch.Completion.WaitAsync(Limit);
        _folder.With(".tutti.yaml", "max_agents: 4\n");
        Assert.Empty(_told);
    }

    [Fact]
    public async Task A_callback_may_dispose_the_watch()
    {
        SettingsWatch? watch = null;
        watch = new SettingsWatch(
            _folder.Sources(),
            null,
            loaded =>
            {
                watch!.Dispose();
                _told.Add(loaded);
            },
            _told.Add);
        _folder.With(".tutti.yaml", "max_agents: 4\n");
        Next<LoadedSettings>();
        await watch.Completion.WaitAsync(Limit);
    }

    private SettingsWatch Watch() => new(_folder.Sources(), SettingsLoader.Load(_folder.Sources()).Settings.Files, _told.Add, _told.Add);

    private T Next<T>()
    {
        Assert.True(_told.TryTake(out var told, Limit), "nothing was told");
        return Assert.IsType<T>(told);
    }
}
