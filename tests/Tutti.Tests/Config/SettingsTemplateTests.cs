using System.Text.Json;
using Tutti.Core;
using Tutti.Engine.Config;

namespace Tutti.Tests.Config;

public sealed class SettingsTemplateTests : IDisposable
{
    private const string Mark = "# ";

    private readonly SettingsFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void As_written_it_changes_nothing()
    {
        var loaded = _folder.With(".tutti.yaml", SettingsTemplate.Text).Load();
        Assert.Equal(JsonSerializer.Serialize(new Settings { Files = [".tutti.yaml"] }), JsonSerializer.Serialize(loaded.Settings));
    }

    [Fact]
    public void With_every_line_taken_it_is_valid_and_its_defaults_are_the_real_ones()
    {
        var loaded = _folder.With(".tutti.yaml", Uncommented()).Load();
        var (settings, defaults) = (loaded.Settings, new Settings());
        Assert.Equal(defaults.Limits, settings.Limits);
        Assert.Equal((defaults.MaxAgents, defaults.MinTasks, defaults.Parallel, defaults.Boundary, defaults.Forecast), (settings.MaxAgents, settings.MinTasks, settings.Parallel, settings.Boundary, settings.Forecast));
        Assert.Equal((defaults.Branch, defaults.Land, defaults.AutoCleanup, defaults.Review, defaults.Coverage), (settings.Branch, settings.Land, settings.AutoCleanup, settings.Review, settings.Coverage));
        Assert.Equal((defaults.Profile, defaults.Worktrees.Pool, "compact"), (settings.Profile, settings.Worktrees.Pool, loaded.Display));
        Assert.Equal((20m, 5_000_000), (settings.Budget.Usd, settings.Budget.Tokens));
        Assert.Equal(["claude", "mybot"], settings.Agents.Keys.Order());
        Assert.Empty(loaded.Notes);
    }

    [Fact]
    public void It_shows_every_key()
    {
        var lines = Uncommented();
        var keys = SettingsEnvironment.Variables.Select(name => name["TUTTI_".Length..].ToLowerInvariant())
            .Concat(["roles", "agents", "setup", "verify", "copy", "profiles"]);
        string[] groups = ["limits_", "budget_", "hooks_", "worktrees_"];
        foreach (var key in keys)
        {
            var group = groups.FirstOrDefault(group => key.StartsWith(group, StringComparison.Ordinal)) ?? "";
            Assert.Matches($@"(?m)(^|[ {{]){key[group.Length..]}:", lines);
        }
    }

    private static string Uncommented() => string.Join('\n', SettingsTemplate.Text.Split('\n')
        .Select(line => line.StartsWith(Mark, StringComparison.Ordinal) ? line[Mark.Length..] : line));
}
