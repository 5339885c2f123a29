using System.Text.Json.Nodes;
using Tutti.ProcessTests.Support;

namespace Tutti.ProcessTests.Commands;

public sealed class DoctorAgentsTests
{
    [Fact]
    public async Task Each_agent_is_told_with_its_program_its_version_and_its_sign_in()
    {
        await using var lab = Lab();
        lab.Extra["ANTHROPIC_API_KEY"] = "not-to-be-shown";

        var (answer, text) = await DoctorAsync(lab, 0);

        var claude = Agent(answer, "claude");
        Assert.Equal((Path.Combine(lab.Out, "bin", "claude"), "9.8.7", true), ((string?)claude["path"], (string?)claude["version"], (bool?)claude["signed_in"]));
        Assert.Contains("ANTHROPIC_API_KEY", (string?)claude["how"]);
        Assert.Contains("version 9.8.7", (string?)Finding(answer, "claude")["message"]);
        Assert.DoesNotContain("not-to-be-shown", text);
        Assert.Equal("shell", (string?)Agent(answer, "shell")["kind"]);
    }

    [Fact]
    public async Task A_program_is_asked_for_its_version_outside_of_the_repository_and_told_to_be_quiet()
    {
        await using var lab = Lab();

        await DoctorAsync(lab, 0);

        var folder = lab.Marks("asked").Single();
        Assert.StartsWith("tutti-version-", Path.GetFileName(folder));
        Assert.False(Directory.Exists(folder));
    }

    [Fact]
    public async Task One_that_a_role_wants_and_that_is_not_signed_in_is_odd_with_how_to_sign_in()
    {
        await using var lab = Lab("roles: { review: claude }");

        var (answer, _) = await DoctorAsync(lab, 0);

        Assert.False((bool?)Agent(answer, "claude")["signed_in"]);
        Assert.Equal(("odd", "not_signed_in"), ((string?)Finding(answer, "claude")["weight"], (string?)Finding(answer, "claude")["code"]));
        Assert.NotNull(Finding(answer, "claude")["hint"]);
    }

    [Fact]
    public async Task One_that_cannot_say_its_version_is_told_with_its_own_words()
    {
        await using var lab = Lab();

        var (answer, _) = await DoctorAsync(lab, 0);

        Assert.Contains("exit code 3: node is too old", (string?)Finding(answer, "codex")["message"]);
        Assert.Equal("agent_broken", (string?)Finding(answer, "codex")["code"]);
        Assert.Null((string?)Agent(answer, "codex")["version"]);
    }

    [Fact]
    public async Task One_that_does_away_with_its_folder_does_not_keep_the_others_from_being_told()
    {
        await using var lab = Lab();
        Program(lab, Path.Combine(lab.Out, "bin"), "codex", "rm -rf \"$TMPDIR\"; echo 1.2.3");

        var (answer, _) = await DoctorAsync(lab, 0);

        Assert.Equal(("1.2.3", "9.8.7"), ((string?)Agent(answer, "codex")["version"], (string?)Agent(answer, "claude")["version"]));
    }

    [Fact]
    public async Task An_entry_of_the_configuration_is_looked_at_too_and_a_missing_one_that_is_wanted_is_bad()
    {
        await using var lab = Lab("agents: { mine: { kind: claude, command: \"no-such-program-anywhere\" }, old: { kind: claude, command: \"@OUT@/bin/codex\" } }\nroles: { review: mine }");

        var (answer, _) = await DoctorAsync(lab, 3);

        Assert.Equal(("bad", "agent_missing"), ((string?)Finding(answer, "mine")["weight"], (string?)Finding(answer, "mine")["code"]));
        Assert.Equal("claude", (string?)Agent(answer, "old")["kind"]);
        Assert.Null((string?)Agent(answer, "mine")["path"]);
    }

    [Fact]
    public async Task Nobody_to_develop_is_told()
    {
        await using var lab = Lab("roles: { develop: none }");

        var (answer, _) = await DoctorAsync(lab, 3);

        Assert.Contains(answer["findings"]!.AsArray(), f => ((string?)f!["code"], (string?)f["weight"]) == ("no_agent", "bad"));
    }

    private static SessionLab Lab(string settings = "")
    {
        var lab = new SessionLab(settings: settings);
        var bin = Directory.CreateDirectory(Path.Combine(lab.Out, "bin")).FullName;
        Program(lab, bin, "claude", $"test \"$1\" = --version && test \"$DISABLE_AUTOUPDATER\" = 1 && pwd > {lab.Out}/asked && echo '9.8.7 (Claude Code)'");
        Program(lab, bin, "codex", "echo node is too old >&2; exit 3");
        lab.Extra["PATH"] = $"{bin}:{Environment.GetEnvironmentVariable("PATH")}";
        return lab;
    }

    private static void Program(SessionLab lab, string folder, string name, string script)
    {
        var path = Path.Combine(folder, name);
        File.WriteAllText(path, $"#!/bin/sh\n{script}\n");
        lab.Run(folder, "chmod", "+x", path);
    }

    private static async Task<(JsonNode Answer, string Text)> DoctorAsync(SessionLab lab, int code)
    {
        var ran = await lab.Start("doctor", "--json").PlainEndAsync();
        Assert.True(ran.ExitCode == code, $"{ran.ExitCode}: {ran.Text}\n{ran.Error}");
        return (JsonNode.Parse(ran.Text)!, ran.Text);
    }

    private static JsonNode Agent(JsonNode answer, string name) => answer["agents"]!.AsArray().Single(a => (string?)a!["name"] == name)!;

    private static JsonNode Finding(JsonNode answer, string name) =>
        answer["findings"]!.AsArray().Single(f => (string?)f!["check"] == "agents" && ((string)f["message"]!).Split(':', ' ')[0] == name)!;
}
