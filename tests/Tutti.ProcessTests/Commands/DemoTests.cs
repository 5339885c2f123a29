namespace Tutti.ProcessTests.Commands;

public sealed class DemoTests
{
    [Fact]
    public async Task The_demo_ends_as_it_is_meant_to_and_says_where_to_look()
    {
        using var lab = new CommandLab();

        var demo = await lab.TuttiInAsync(lab.Home, "demo", "--fast", "--display", "plain");

        Assert.True(demo.ExitCode == 0, demo.Error + demo.Text);
        Assert.Contains("payments failed:", demo.Error, StringComparison.Ordinal);
        Assert.Contains("receipts blocked by payments", demo.Error, StringComparison.Ordinal);
        Assert.Contains("needs attention", demo.Error, StringComparison.Ordinal);
        Assert.Contains("That is how it was meant to end", demo.Text, StringComparison.Ordinal);
        var root = Assert.Single(Directory.EnumerateDirectories(lab.Root, "tutti-demo-*"));
        Assert.Contains(Path.Combine(root, "shop"), demo.Text, StringComparison.Ordinal);
        Assert.Equal("failed", await StatusIn(lab, Path.Combine(root, "shop")));
    }

    [Fact]
    public async Task A_demo_to_be_cleaned_leaves_nothing_behind()
    {
        using var lab = new CommandLab();

        var demo = await lab.TuttiInAsync(lab.Home, "demo", "--fast", "--clean", "--display", "json");

        Assert.True(demo.ExitCode == 0, demo.Error);
        Assert.Empty(Directory.EnumerateDirectories(lab.Root, "tutti-demo-*"));
        Assert.All(demo.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries), line => Assert.StartsWith("{\"seq\":", line, StringComparison.Ordinal));
    }

    private static async Task<string?> StatusIn(CommandLab lab, string folder)
    {
        var status = await lab.TuttiInAsync(folder, "status", "--json");
        using var json = System.Text.Json.JsonDocument.Parse(status.Text);
        return json.RootElement.GetProperty("session").GetProperty("status").GetString();
    }
}
