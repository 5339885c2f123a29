using System.Security.Cryptography;
using System.Text.Json;
using Tutti.ProcessTests.Git.Pool;

namespace Tutti.ProcessTests.Commands;

/// <summary><c>tutti merge automatic --dry-run</c>: says what the landing then does, and changes nothing.</summary>
public sealed class MergeRehearsalTests : IDisposable
{
    private const string Waiting = """
        version: 1
        verify: ["test ! -e forbidden.txt"]
        tasks:
          - { id: one, title: One, agent: shell, land: review, run: "echo 1 > one.txt" }
          - { id: two, title: Two, agent: shell, land: review, run: "echo 2 > same.txt", verify: ["test -e same.txt"] }
          - { id: three, title: Three, agent: shell, land: manual, run: "echo 3 > same.txt" }
        """;

    private const string Chain = """
        version: 1
        tasks:
          - { id: one, title: One, agent: shell, run: "echo 1 > one.txt" }
          - { id: two, title: Two, agent: shell, run: "echo 2 > two.txt", depends_on: [one] }
        """;

    private readonly ToolLab _lab = new();

    public MergeRehearsalTests() => _lab.Write(".git/info/exclude", ".tutti.yaml\n");

    public void Dispose() => _lab.Dispose();

    [Theory]
    [InlineData("merge")]
    [InlineData("squash")]
    [InlineData("rebase")]
    public async Task What_would_land_is_said_in_order_with_conflicts_among_those_that_wait_and_then_it_does(string style)
    {
        _lab.Write(".tutti.yaml", $"min_tasks: 1\nmerge_style: {style}\n");
        await _lab.Session(4, Waiting);
        var before = Fingerprint();
        var answer = await _lab.Json(4, "merge", "automatic", "--dry-run");
        Assert.Equal(before, Fingerprint());
        Assert.Equal((style, false), (answer.GetProperty("style").GetString(), answer.GetProperty("would_land").GetBoolean()));
        var said = Outcomes(answer);
        Assert.Equal(["one lands", "three lands", "two conflict same.txt"], said.Order(StringComparer.Ordinal));
        Assert.Equal("two conflict same.txt", said[^1]);
        Assert.Contains("test ! -e forbidden.txt", Strings(answer.GetProperty("verify")));
        Assert.True(answer.GetProperty("move").GetProperty("possible").GetBoolean());

        await _lab.Says(4, "merge", "automatic", "one", "two", "three", "--display", "plain");
        Assert.Equal("1", _lab.Git("show", "main:one.txt"));
        Assert.Equal("3", _lab.Git("show", "main:same.txt"));
    }

    [Fact]
    public async Task What_is_integrated_lands_as_it_was_verified_and_anew_on_a_target_that_has_moved()
    {
        await _lab.Session(4, Chain, "--land", "review");
        var answer = await _lab.Json(0, "merge", "automatic", "--dry-run");
        Assert.Equal(["one lands", "two lands"], Outcomes(answer));
        Assert.Empty(Strings(answer.GetProperty("verify")));
        Assert.Contains("1. one: One (feature/task-one): lands, from the integration branch", await _lab.Says(0, "merge", "automatic", "--dry-run"));

        PoolLab.Write(_lab.Top, "one.txt", "mine\n");
        PoolLab.Commit(_lab.Top, "mine");
        var before = Fingerprint();
        var moved = await _lab.Json(4, "merge", "automatic", "--dry-run");
        Assert.Equal(before, Fingerprint());
        Assert.True(moved.GetProperty("target_moved").GetBoolean());
        Assert.Equal(["one conflict one.txt", "two stays"], Outcomes(moved));
    }

    [Fact]
    public async Task Whether_the_target_could_move_is_found_out_without_moving_it()
    {
        await _lab.Session(4, Chain, "--land", "review");
        PoolLab.Write(_lab.Top, "unrelated.txt", "mine\n");
        var before = Fingerprint();
        var move = (await _lab.Json(0, "merge", "automatic", "--dry-run")).GetProperty("move");
        Assert.Equal((true, 1), (move.GetProperty("possible").GetBoolean(), move.GetProperty("local_changes").GetInt32()));

        PoolLab.Write(_lab.Top, "two.txt", "mine\n");
        Assert.Equal("checkout_overlap", await RefusalAsync());
        File.Delete(Path.Combine(_lab.Top, "two.txt"));

        File.WriteAllText(Path.Combine(_lab.Top, ".git", "refs", "heads", "main.lock"), "");
        Assert.Equal("target_locked", await RefusalAsync());
        File.Delete(Path.Combine(_lab.Top, ".git", "refs", "heads", "main.lock"));

        Directory.CreateDirectory(Path.Combine(_lab.Top, ".git", "rebase-merge"));
        Assert.Equal("checkout_in_the_middle", await RefusalAsync());
        Directory.Delete(Path.Combine(_lab.Top, ".git", "rebase-merge"));
        Assert.Equal(before, Fingerprint());
        Assert.Contains("could not move now", await WithOverlapAsync());
    }

    [Fact]
    public async Task It_is_asked_for_rightly()
    {
        await _lab.Session(0, Chain);
        Assert.Contains("nothing that waits", await _lab.Says(0, "merge", "automatic", "--dry-run"));
        Assert.Equal(2, (await _lab.Tutti("merge", "automatic", "--json")).ExitCode);
        Assert.Equal(2, (await _lab.Tutti("merge", "automatic", "one", "--dry-run")).ExitCode);
    }

    private async Task<string> WithOverlapAsync()
    {
        PoolLab.Write(_lab.Top, "one.txt", "mine\n");
        return await _lab.Says(4, "merge", "automatic", "--dry-run");
    }

    private async Task<string?> RefusalAsync()
    {
        var answer = await _lab.Json(4, "merge", "automatic", "--dry-run");
        Assert.False(answer.GetProperty("would_land").GetBoolean());
        return answer.GetProperty("move").GetProperty("code").GetString();
    }

    private static List<string> Outcomes(JsonElement answer) =>
        [.. answer.GetProperty("tasks").EnumerateArray().Select(t => string.Join(' ', (string[])[t.GetProperty("id").GetString()!, t.GetProperty("outcome").GetString()!, .. Strings(t.GetProperty("conflicts"))]))];

    private static List<string> Strings(JsonElement array) => [.. array.EnumerateArray().Select(e => e.GetString()!)];

    // Refs, index byte for byte, files, and every file of the object store; Tutti's own state is not the user's.
    private string Fingerprint()
    {
        var objects = Directory.EnumerateFiles(Path.Combine(_lab.Top, ".git", "objects"), "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal);
        var files = Directory.EnumerateFiles(_lab.Top, "*", SearchOption.AllDirectories).Where(f => !f.Contains("/.git/", StringComparison.Ordinal)).Order(StringComparer.Ordinal);
        var index = Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(Path.Combine(_lab.Top, ".git", "index"))));
        return string.Join('\n', [_lab.Git("for-each-ref"), File.ReadAllText(Path.Combine(_lab.Top, ".git", "HEAD")), index, .. objects, .. files.Select(f => f + File.ReadAllText(f))]);
    }
}
