using System.Text.Json;

namespace Tutti.ProcessTests.Commands;

public sealed class DoctorCommandTests : IDisposable
{
    private readonly ToolLab _lab = new();

    public void Dispose() => _lab.Dispose();

    private const string Agent = "roles: { develop: { agent: shell, run: \"true\" } }\n";

    private static string[] Codes(JsonElement answer, string weight) =>
        [.. answer.GetProperty("findings").EnumerateArray().Where(f => f.GetProperty("weight").GetString() == weight).Select(f => f.GetProperty("code").GetString()!)];

    [Fact]
    public async Task A_fit_place_is_told_to_be_fit_and_nothing_is_written()
    {
        _lab.Write(".tutti.yaml", Agent);
        var answer = await _lab.Json(0, "doctor");
        Assert.True(answer.GetProperty("fit").GetBoolean());
        Assert.Empty(Codes(answer, "bad"));
        Assert.False(Directory.Exists(_lab.State));
    }

    [Fact]
    public async Task What_is_missing_is_named_with_how_to_mend_it()
    {
        _lab.Write(".tutti.yaml", "max_agnets: 3\n");
        _lab.Git("config", "--unset", "user.email");
        var held = _lab.Write(".git/index.lock", "");
        File.SetLastWriteTimeUtc(held, DateTime.UnixEpoch.AddYears(50));
        var answer = await _lab.Json(3, "doctor");
        Assert.Superset(new HashSet<string> { "no_identity", "git_locked" }, Codes(answer, "bad").ToHashSet());
        Assert.Contains(answer.GetProperty("findings").EnumerateArray(), f => f.GetProperty("check").GetString() == "configuration" && f.GetProperty("hint").GetString()!.Contains("max_agents", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_repository_that_cannot_be_written_is_not_fit()
    {
        _lab.Write(".tutti.yaml", Agent);
        const string Mount = "mount --bind .git .git && mount -o remount,bind,ro .git";
        if (await _lab.Shell(_lab.Top, $"unshare -rm sh -c '{Mount}'") is { ExitCode: not 0 } refused)
            Assert.Skip($"nothing of one's own can be mounted here: {refused.Error}");
        var result = await _lab.Shell(_lab.Top, $"unshare -rm sh -c '{Mount} && exec \"$1\" doctor --json' sh \"$1\"");
        Assert.Equal(3, result.ExitCode);
        Assert.Contains("state_not_writable", Codes(JsonDocument.Parse(result.Text).RootElement, "bad"));
    }

    [Fact]
    public async Task A_repository_of_another_user_is_told_with_all_that_git_asks_for()
    {
        _lab.Write(".tutti.yaml", Agent);
        if (await _lab.Shell(_lab.Top, "chown -R 12345 .") is { ExitCode: not 0 } refused)
            Assert.Skip($"files cannot be given away here: {refused.Error}");
        var told = await _lab.Json(3, "doctor");
        Assert.Equal(["repository_not_owned"], Codes(told, "bad"));
        var hint = told.GetProperty("findings").EnumerateArray().Single(f => f.GetProperty("code").GetString() == "repository_not_owned").GetProperty("hint").GetString()!;

        // The checkout alone is not enough: work lands in the git folder, of which git asks anew.
        const string Global = "export GIT_CONFIG_GLOBAL=\"$HOME/global\"; ";
        Assert.Equal(3, (await _lab.Shell(_lab.Top, Global + "git config --global --add safe.directory \"$PWD\"; exec \"$1\" doctor --json")).ExitCode);
        var trusted = await _lab.Shell(_lab.Top, $"{Global}{hint["if you trust it: ".Length..]}; exec \"$1\" doctor --json");
        Assert.True(trusted.ExitCode == 0, trusted.Text);
    }

    [Fact]
    public async Task A_record_that_cannot_be_read_is_a_finding_beside_the_others()
    {
        _lab.Write(".tutti.yaml", Agent);
        Directory.CreateDirectory(Path.Combine(_lab.State, "pool.json"));
        var answer = await _lab.Json(0, "doctor");
        Assert.Contains("file_unusable", Codes(answer, "odd"));
        Assert.Contains(answer.GetProperty("findings").EnumerateArray(), f => f.GetProperty("check").GetString() == "locks");
    }

    [Fact]
    public async Task A_folder_that_was_removed_under_a_shell_is_said()
    {
        var gone = Directory.CreateDirectory(Path.Combine(_lab.Top, "gone")).FullName;
        var result = await _lab.Shell(gone, "rmdir \"$PWD\"; \"$1\" status --json");
        Assert.Equal(3, result.ExitCode);
        Assert.Contains("the current folder does not exist any more", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_sandbox_is_tried_also_where_none_is_configured()
    {
        _lab.Write(".tutti.yaml", Agent);
        var finding = (await _lab.Json(0, "doctor")).GetProperty("findings").EnumerateArray().Single(f => f.GetProperty("check").GetString() == "sandbox");
        Assert.Contains("none is configured", finding.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Outside_of_a_repository_that_is_what_is_wrong()
    {
        var result = await _lab.TuttiIn(_lab.Folder, "doctor");
        Assert.Equal(3, result.ExitCode);
        Assert.Contains("is in no git repository", result.Text);
    }
}
