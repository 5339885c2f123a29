using System.Text.Json;
using Tutti.Core;
using Tutti.Core.Plan;
using Tutti.Core.Session;
using Tutti.Engine.Agents;
using Tutti.Engine.Processes;

namespace Tutti.Tests.Agents;

/// <summary>How Claude Code is called, and what it gets of the user's own configuration.</summary>
public sealed class ClaudeHomeTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("tutti-claude-").FullName;
    private readonly ClaudeAgent _agent = new();

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void The_prompt_comes_by_stdin_and_the_answer_in_a_schema()
    {
        var command = _agent.Prepare(Request());
        Assert.Equal(Request().Folder.Prompt, command.StandardInput);
        Assert.Equal("the prompt", File.ReadAllText(command.StandardInput!));
        Assert.Equal(["-p", "--output-format", "stream-json", "--verbose", "--include-partial-messages"], command.Arguments.Take(5));
        Assert.Equal(ResultSchema.Of(Role.Review), After(_agent.Prepare(Request() with { Role = Role.Review }), "--json-schema"));
    }

    [Fact]
    public void It_may_edit_and_run_commands_and_in_the_sandbox_everything()
    {
        var command = _agent.Prepare(Request());
        Assert.Equal(("acceptEdits", "EnterWorktree"), (After(command, "--permission-mode"), After(command, "--disallowedTools")));
        Assert.Contains("Bash", After(command, "--allowedTools"));
        Assert.DoesNotContain("IS_SANDBOX", command.Environment.Keys);
        var sandboxed = _agent.Prepare(Request() with { Sandboxed = true });
        Assert.Contains("--dangerously-skip-permissions", sandboxed.Arguments);
        Assert.DoesNotContain("--permission-mode", sandboxed.Arguments);
        Assert.Equal("1", sandboxed.Environment["IS_SANDBOX"]);
    }

    [Theory]
    [InlineData("--permission-mode", "plan")]
    [InlineData("--allowedTools", "Read")]
    [InlineData("--disallowedTools", "WebFetch")]
    [InlineData("--json-schema", "{}")]
    [InlineData("--session-id", "x")]
    [InlineData("--model", "theirs")]
    public void The_users_own_arguments_win(string option, string value)
    {
        var arguments = _agent.Prepare(Request(args: [option, value]) with { Choice = new AgentChoice("claude", "ours") }).Arguments;
        Assert.Equal([option, value], arguments.TakeLast(2));
        Assert.Single(arguments, option);
    }

    [Fact]
    public void The_conversations_id_is_known_before_it_begins_and_is_not_chosen_for_one_that_goes_on()
    {
        var id = After(_agent.Prepare(Request()), "--session-id");
        Assert.True(Guid.TryParseExact(id, "D", out _));
        Assert.Equal(id, After(_agent.Prepare(Request()), "--session-id"));
        Assert.NotEqual(id, After(_agent.Prepare(Request() with { Nonce = "another-nonce" }), "--session-id"));
        var next = _agent.Prepare(Request() with { Continue = new Continuation("c-1", Request(2).Folder, new Usage()) });
        Assert.Equal("c-1", After(next, "--resume"));
        Assert.DoesNotContain("--session-id", next.Arguments);
    }

    [Fact]
    public void An_attempts_configuration_begins_as_the_users()
    {
        var request = Seeded();
        Assert.Equal(request.Folder.Agent, _agent.Prepare(request).Environment["CLAUDE_CONFIG_DIR"]);
        Assert.Equal("{\"model\":\"opus\"}", Own("settings.json"));
        Assert.Equal("be kind", Own("CLAUDE.md"));
        Assert.Equal(Path.Combine(_root, ".claude", "CLAUDE.md"), new FileInfo(Path.Combine(request.Folder.Agent, "CLAUDE.md")).LinkTarget);
        Assert.Equal("skill", Own("skills/s/SKILL.md"));
        Assert.Equal("code", Own("plugins/cache/p/code"));
        Assert.Equal("{}", Own("plugins/installed_plugins.json"));
        Assert.Null(new DirectoryInfo(Path.Combine(request.Folder.Agent, "plugins")).LinkTarget);
        Assert.False(Path.Exists(Path.Combine(request.Folder.Agent, "projects")));
    }

    [Fact]
    public void Of_the_users_state_it_has_all_but_what_happened_elsewhere()
    {
        _agent.Prepare(Seeded());
        using var state = JsonDocument.Parse(Own(".claude.json"));
        Assert.Equal("u1", state.RootElement.GetProperty("userID").GetString());
        var projects = state.RootElement.GetProperty("projects");
        Assert.Equal([Repository], projects.EnumerateObject().Select(p => p.Name));
        Assert.Equal(["mcpServers"], projects.GetProperty(Repository).EnumerateObject().Select(p => p.Name));
    }

    // What claude cuts at a number of characters, it may cut in the middle of an emoji.
    [Fact]
    public void Half_a_character_in_the_users_state_costs_only_itself()
    {
        var request = Seeded();
        File.WriteAllText(Path.Combine(_root, ".claude.json"), """{"tip":"ready \ud83d","userID":"u1"}""");
        _agent.Prepare(request);
        using var state = JsonDocument.Parse(Own(".claude.json"));
        Assert.Equal(("ready \ufffd", "u1"), (state.RootElement.GetProperty("tip").GetString(), state.RootElement.GetProperty("userID").GetString()));
    }

    [Fact]
    public void Nothing_is_written_back_and_a_second_time_changes_nothing()
    {
        var request = Seeded();
        var before = Snapshot(Path.Combine(_root, ".claude"));
        _agent.Prepare(request);
        File.WriteAllText(Path.Combine(request.Folder.Agent, "settings.json"), "its own");
        File.WriteAllText(Path.Combine(request.Folder.Agent, ".claude.json"), "its own");
        _agent.Prepare(request);
        Assert.Equal(("its own", "its own"), (Own("settings.json"), Own(".claude.json")));
        Assert.Equal(before, Snapshot(Path.Combine(_root, ".claude")));
    }

    // Four attempts with a link each refreshed the same token, and the user was signed out: claude replaces the file, and with it the link.
    [Fact]
    public void The_sign_in_stays_the_users_so_that_no_refresh_is_lost()
    {
        var request = Seeded();
        Write(".claude/.credentials.json", "{}");
        Assert.Equal("", _agent.Prepare(request).Environment["CLAUDE_SECURESTORAGE_CONFIG_DIR"]);
        Assert.False(Path.Exists(Path.Combine(request.Folder.Agent, ".credentials.json")));
        var elsewhere = Request(env: new() { ["CLAUDE_CONFIG_DIR"] = "/elsewhere" });
        Assert.Equal("/elsewhere", _agent.Prepare(elsewhere).Environment["CLAUDE_SECURESTORAGE_CONFIG_DIR"]);
        var chosen = Request(env: new() { ["CLAUDE_SECURESTORAGE_CONFIG_DIR"] = "/chosen" });
        Assert.Equal("/chosen", _agent.Prepare(chosen).Environment["CLAUDE_SECURESTORAGE_CONFIG_DIR"]);
    }

    [Fact]
    public void The_user_may_want_one_configuration_for_all()
    {
        var request = Request();
        var command = _agent.Prepare(request with { Entry = request.Entry! with { OwnConfig = false } });
        Assert.NotEqual(request.Folder.Agent, command.Environment.GetValueOrDefault("CLAUDE_CONFIG_DIR"));
        Assert.False(Directory.Exists(request.Folder.Agent));
    }

    [Fact]
    public void A_conversation_is_brought_along_from_the_attempt_that_held_it()
    {
        var earlier = Request(2);
        Write(Path.Combine(earlier.Folder.Agent, "projects/-slot/c-1.jsonl"), "said");
        Write(Path.Combine(earlier.Folder.Agent, "tasks/c-1/1.json"), "{}");
        _agent.Prepare(Request() with { Continue = new Continuation("c-1", earlier.Folder, new Usage()) });
        Assert.Equal(("said", "{}"), (Own("projects/-slot/c-1.jsonl"), Own("tasks/c-1/1.json")));
    }

    [Fact]
    public void It_is_quiet_and_soon_gives_up_unless_the_user_says_otherwise()
    {
        var environment = _agent.Prepare(Request(env: new() { ["DISABLE_TELEMETRY"] = "0", ["CLAUDE_CODE_MAX_RETRIES"] = "9" })).Environment;
        Assert.Equal(("1", "1", "1"), (environment["CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC"], environment["DISABLE_AUTOUPDATER"], environment["DISABLE_ERROR_REPORTING"]));
        Assert.Equal(("0", "9"), (environment["DISABLE_TELEMETRY"], environment["CLAUDE_CODE_MAX_RETRIES"]));
        Assert.Equal("5", _agent.Prepare(Request()).Environment["CLAUDE_CODE_MAX_RETRIES"]);
    }

    [Fact]
    public void A_clouds_variables_pass_only_where_claude_uses_that_cloud()
    {
        Environment.SetEnvironmentVariable("AWS_TUTTI_TEST", "secret");
        Environment.SetEnvironmentVariable("GOOGLE_TUTTI_TEST", "secret");
        Assert.DoesNotContain(_agent.Prepare(Request()).Environment.Keys, name => name.EndsWith("_TUTTI_TEST", StringComparison.Ordinal));
        var bedrock = _agent.Prepare(Request(env: new() { ["CLAUDE_CODE_USE_BEDROCK"] = "1" })).Environment;
        Assert.Equal(("secret", false), (bedrock["AWS_TUTTI_TEST"], bedrock.ContainsKey("GOOGLE_TUTTI_TEST")));
        Write(".claude/settings.json", """{"env":{"CLAUDE_CODE_USE_VERTEX":"true"}}""");
        Assert.Equal("secret", _agent.Prepare(Request(3)).Environment["GOOGLE_TUTTI_TEST"]);
    }

    [Fact]
    public void What_an_outer_session_of_claude_tells_its_children_does_not_pass()
    {
        Environment.SetEnvironmentVariable("CLAUDE_CODE_MESSAGING_SOCKET", "/outer");
        Assert.False(_agent.Prepare(Request()).Environment.ContainsKey("CLAUDE_CODE_MESSAGING_SOCKET"));
        Assert.Equal("/mine", _agent.Prepare(Request(env: new() { ["CLAUDE_CODE_MESSAGING_SOCKET"] = "/mine" })).Environment["CLAUDE_CODE_MESSAGING_SOCKET"]);
    }

    [Theory]
    [InlineData("ANTHROPIC_API_KEY", "k")]
    [InlineData("ANTHROPIC_AUTH_TOKEN", "k")]
    [InlineData("CLAUDE_CODE_OAUTH_TOKEN", "k")]
    [InlineData("CLAUDE_CODE_USE_BEDROCK", "1")]
    [InlineData("CLAUDE_CODE_USE_VERTEX", "true")]
    public void A_key_or_a_cloud_is_a_sign_in(string variable, string value)
    {
        var signIn = _agent.SignedIn(null, new Dictionary<string, string> { ["HOME"] = _root, [variable] = value });
        Assert.True(signIn.Yes);
        Assert.Contains(variable, signIn.How);
    }

    [Theory]
    [InlineData(".claude/settings.json", """{"apiKeyHelper":"x"}""", true)]
    [InlineData(".claude/settings.json", """{"env":{"ANTHROPIC_AUTH_TOKEN":"x"}}""", true)]
    [InlineData(".claude/.credentials.json", """{"claudeAiOauth":{"accessToken":"x","refreshToken":"y"}}""", true)]
    [InlineData(".claude.json", """{"primaryApiKey":"x"}""", true)]
    [InlineData(".claude/.credentials.json", """{"mcpOAuth":{}}""", false)]
    [InlineData(".claude/.credentials.json", "no JSON", false)]
    [InlineData(".claude/settings.json", """{"env":{"CLAUDE_CODE_USE_BEDROCK":"0"}}""", false)]
    public void So_is_what_the_users_files_hold(string file, string text, bool signedIn)
    {
        Write(file, text);
        var look = _agent.SignedIn(null, new Dictionary<string, string> { ["HOME"] = _root });
        Assert.Equal(signedIn ? true : OperatingSystem.IsMacOS() ? null : false, look.Yes);
        Assert.DoesNotContain("x\"", look.How);
    }

    [Fact]
    public void The_sign_in_of_an_attempt_is_looked_up_where_it_really_is()
    {
        Write(".claude/.credentials.json", """{"claudeAiOauth":{"refreshToken":"y"}}""");
        Assert.True(_agent.SignedIn(null, _agent.Prepare(Request()).Environment).Yes);
    }

    private string Repository => Path.Combine(_root, "repo");

    private AttemptRequest Request(int number = 1, string[]? args = null, Dictionary<string, string>? env = null)
    {
        var slot = Directory.CreateDirectory(Path.Combine(_root, "slot")).FullName;
        var entry = new AgentEntry("claude", Args: args, Env: new Dictionary<string, string>(env ?? []) { ["HOME"] = _root });
        return new AttemptRequest(
            "s", "auth", "develop", number, "0123456789abcdef", slot, "0123abc", 4100, new AgentChoice("claude"), entry, "the prompt", null,
            AttemptFolder.Of(_root, "auth", number, "develop"), Repository);
    }

    private AttemptRequest Seeded()
    {
        Write(".claude/settings.json", "{\"model\":\"opus\"}");
        Write(".claude/CLAUDE.md", "be kind");
        Write(".claude/skills/s/SKILL.md", "skill");
        Write(".claude/plugins/cache/p/code", "code");
        Write(".claude/plugins/installed_plugins.json", "{}");
        Write(".claude/projects/-other/c.jsonl", "other");
        Write(".claude.json", $$$"""{"userID":"u1","history":["h"],"projects":{"/other":{"history":["h"]},"{{{Repository}}}":{"mcpServers":{"m":1},"history":["h"],"lastCost":1} } }""");
        return Request();
    }

    private string Own(string file) => File.ReadAllText(Path.Combine(Request().Folder.Agent, file));

    private void Write(string file, string text)
    {
        var path = Path.Combine(_root, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }

    private static string Snapshot(string folder) =>
        string.Join('\n', Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(file => $"{file}: {File.ReadAllText(file)}"));

    private static string? After(AttemptCommand command, string option) => command.Arguments.SkipWhile(a => a != option).Skip(1).FirstOrDefault();
}
