using Tutti.Core;

namespace Tutti.Tests.Config;

public sealed class SandboxKeysTests : IDisposable
{
    private readonly SettingsFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_word_or_a_map_says_how_agents_are_kept_in_and_an_entry_says_it_for_itself()
    {
        _folder.With(".tutti.yaml", """
            sandbox: bwrap
            agents:
              claude: { sandbox: { network: off, write: ["~/.cache"], hide: [/srv] }, config: user, provider: team }
              codex: { sandbox: none }
            """);
        var settings = _folder.Load(null).Settings;
        Assert.Equal((SandboxKind.Bwrap, true), (settings.Sandbox.Kind, settings.Sandbox.Network));
        var claude = settings.Agents["claude"];
        Assert.Equal((SandboxKind.Bwrap, false, "~/.cache", "/srv"), (claude.Sandbox!.Kind, claude.Sandbox.Network, claude.Sandbox.Write!.Single(), claude.Sandbox.Hide!.Single()));
        Assert.Equal((false, "team"), (claude.OwnConfig, claude.Provider));
        Assert.Equal(SandboxKind.None, settings.Agents["codex"].Sandbox!.Kind);
    }

    [Theory]
    [InlineData("sandbox: docker", "sandbox")]
    [InlineData("sandbox: { write: [cache] }", "must begin with")]
    [InlineData("sandbox: { netwrok: off }", "network")]
    public void What_means_nothing_is_refused_with_its_place(string text, string told)
    {
        _folder.With(".tutti.yaml", text + "\n");
        var failure = Assert.Throws<FailureException>(() => _folder.Load(null)).Failure;
        Assert.Contains(told, failure.Message + failure.Hint);
    }
}
