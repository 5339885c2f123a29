using System.Text.Json.Nodes;
using Tutti.Core;
using Tutti.Core.Plan;
using Tutti.Core.Session;
using Tutti.Engine.Agents;
using Tutti.Engine.Processes;

namespace Tutti.Tests.Agents;

public sealed class GeminiHomeTests : IDisposable
{
    private const string Chat = ".gemini/tmp/slot/chats/session-2026-11-25T22-14-11111111.jsonl";

    private readonly string _root = Directory.CreateTempSubdirectory("tutti-gemini-").FullName;
    private readonly GeminiAgent _agent = new();
    private int _number;

    private string User => Path.Combine(_root, "user");

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void An_attempts_home_is_the_users_with_one_sign_in_for_all_and_notes_of_its_own()
    {
        foreach (var file in new[] { ".env", ".gemini/.env", ".gemini/oauth_creds.json", ".gemini/GEMINI.md", ".gemini/AGENTS.md", ".gemini/commands/mine.toml", ".gemini/extensions/x/y.json", ".agents/skills/s.md", ".gemini/tmp/other/chats/c.jsonl", ".gemini/projects.json" })
            Write(Path.Combine(User, file), $"the user's {file}");
        var home = Home(Prepare(Request()));
        foreach (var file in new[] { ".env", ".gemini/.env", ".gemini/oauth_creds.json", ".gemini/GEMINI.md", ".gemini/AGENTS.md", ".gemini/commands/mine.toml", ".gemini/extensions/x/y.json", ".agents/skills/s.md" })
            Assert.Equal($"the user's {file}", File.ReadAllText(Path.Combine(home, file)));
        Assert.False(Path.Exists(Path.Combine(home, ".gemini/projects.json")) || Path.Exists(Path.Combine(home, ".gemini/tmp/other")));

        File.WriteAllText(Path.Combine(home, ".gemini/oauth_creds.json"), "refreshed");
        File.WriteAllText(Path.Combine(home, ".gemini/GEMINI.md"), "remembered");
        File.WriteAllText(Path.Combine(home, ".gemini/commands/tutti.toml"), "");
        Assert.Equal("refreshed", File.ReadAllText(Path.Combine(User, ".gemini/oauth_creds.json")));
        Assert.Equal("the user's .gemini/GEMINI.md", File.ReadAllText(Path.Combine(User, ".gemini/GEMINI.md")));
        Assert.Equal(["mine.toml"], Directory.EnumerateFiles(Path.Combine(User, ".gemini/commands")).Select(Path.GetFileName));
    }

    [Fact]
    public void What_it_has_written_stays_when_it_is_prepared_again()
    {
        Write(Path.Combine(User, ".gemini/GEMINI.md"), "the user's");
        var request = Request();
        var home = Home(Prepare(request));
        var before = Directory.EnumerateFileSystemEntries(_root, "*", SearchOption.AllDirectories).Order().ToList();
        foreach (var file in new[] { ".gemini/GEMINI.md", ".gemini/settings.json" })
            File.WriteAllText(Path.Combine(home, file), "{\"written\":true}");
        Prepare(request);
        Assert.Equal(before, Directory.EnumerateFileSystemEntries(_root, "*", SearchOption.AllDirectories).Order());
        Assert.All(new[] { ".gemini/GEMINI.md", ".gemini/settings.json" }, file => Assert.Equal("{\"written\":true}", File.ReadAllText(Path.Combine(home, file))));
    }

    [Fact]
    public void Its_settings_are_the_users_with_fewer_retries()
    {
        Write(Path.Combine(User, ".gemini/settings.json"), "{ // mine\n \"general\": {\"vimMode\": true}, \"model\": {\"name\": \"m\"}}");
        var settings = Settings(Prepare(Request()));
        Assert.Equal(3, (int?)settings["general"]?["maxAttempts"]);
        Assert.Equal((true, "m", false), ((bool?)settings["general"]?["vimMode"], (string?)settings["model"]?["name"], (bool?)settings["privacy"]?["usageStatisticsEnabled"]));

        Write(Path.Combine(User, ".gemini/settings.json"), """{"general":{"maxAttempts":7},"privacy":{"usageStatisticsEnabled":true},"security":"odd"}""");
        settings = Settings(Prepare(Request(), ("GEMINI_API_KEY", "k"), ("GOOGLE_GEMINI_BASE_URL", "http://localhost")));
        Assert.Equal((7, true, "odd"), ((int?)settings["general"]?["maxAttempts"], (bool?)settings["privacy"]?["usageStatisticsEnabled"], (string?)settings["security"]));
    }

    [Fact]
    public void Half_a_character_in_its_settings_costs_only_itself()
    {
        Write(Path.Combine(User, ".gemini/settings.json"), """{"ui":{"title":"ready \ud83d"}}""");
        var settings = Settings(Prepare(Request()));
        Assert.Equal(("ready \ufffd", 3), ((string?)settings["ui"]?["title"], (int?)settings["general"]?["maxAttempts"]));
    }

    [Theory]
    [InlineData("{ broken")]
    [InlineData("{\"general\":{},\"general\":{}}")]
    [InlineData("[]")]
    public void Settings_that_cannot_be_understood_are_left_to_gemini_to_complain_of(string text)
    {
        Write(Path.Combine(User, ".gemini/settings.json"), text);
        Assert.Equal(text, File.ReadAllText(Path.Combine(Home(Prepare(Request())), ".gemini/settings.json")));
    }

    [Theory]
    [InlineData("gemini-api-key", "GOOGLE_GEMINI_BASE_URL")]
    [InlineData(null)]
    [InlineData(null, "GOOGLE_GEMINI_BASE_URL", "GOOGLE_GENAI_USE_VERTEXAI")]
    public void A_key_with_an_address_of_its_own_is_a_sign_in_by_key(string? chosen, params string[] set)
    {
        var settings = Settings(Prepare(Request(), [("GEMINI_API_KEY", "k"), .. set.Select(name => (name, "true"))]));
        Assert.Equal(chosen, (string?)settings["security"]?["auth"]?["selectedType"]);
        Write(Path.Combine(User, ".gemini/settings.json"), """{"security":{"auth":{"selectedType":"oauth-personal"}}}""");
        settings = Settings(Prepare(Request(), [("GEMINI_API_KEY", "k"), .. set.Select(name => (name, "true"))]));
        Assert.Equal("oauth-personal", (string?)settings["security"]?["auth"]?["selectedType"]);
    }

    [Fact]
    public void A_conversation_goes_on_in_another_attempts_home_and_another_slot()
    {
        var first = Request();
        Write(Path.Combine(Home(Prepare(first)), Chat), "what was said");
        var second = Request("slot-2") with { Continue = new Continuation("11111111-2222-4333-8444-555555555555", first.Folder, new Usage()) };
        var command = Prepare(second);
        var chat = Path.Combine(Home(command), Chat);
        Assert.Equal("what was said", File.ReadAllText(chat));
        Assert.Equal(second.Slot, File.ReadAllText(Path.Combine(Home(command), ".gemini/tmp/slot/.project_root")));
        Assert.Equal(["--resume", "11111111-2222-4333-8444-555555555555"], command.Arguments.TakeLast(2));

        File.AppendAllText(chat, ", and more");
        Prepare(second);
        Assert.Equal(("what was said, and more", "what was said"), (File.ReadAllText(chat), File.ReadAllText(Path.Combine(first.Folder.Agent, Chat))));
    }

    [Theory]
    [InlineData(true, "GEMINI_API_KEY", "k")]
    [InlineData(true, "GOOGLE_API_KEY", "k", "GOOGLE_GENAI_USE_VERTEXAI", "true")]
    [InlineData(true, "GOOGLE_GENAI_USE_VERTEXAI", "true", "GOOGLE_CLOUD_PROJECT", "p", "GOOGLE_CLOUD_LOCATION", "l")]
    [InlineData(true, "GOOGLE_APPLICATION_CREDENTIALS", "/key.json")]
    [InlineData(false, "GOOGLE_API_KEY", "k")]
    [InlineData(false)]
    public void A_key_in_the_environment_is_a_sign_in(bool signedIn, params string[] variables)
    {
        var environment = variables.Chunk(2).Append(["HOME", User]).ToDictionary(pair => pair[0], pair => pair[1]);
        var told = _agent.SignedIn(null, environment);
        Assert.Equal(signedIn, told.Yes);
        Assert.DoesNotContain("k.json", told.How);
    }

    [Theory]
    [InlineData(true, ".gemini/oauth_creds.json", "{}")]
    [InlineData(true, ".gemini/.env", "A=1\nexport GEMINI_API_KEY=secret\n")]
    [InlineData(true, ".env", "GEMINI_API_KEY=secret")]
    [InlineData(false, ".env", "# GEMINI_API_KEY=secret")]
    [InlineData(null, ".gemini/settings.json", """{"security":{"auth":{"selectedType":"oauth-personal"}}}""")]
    [InlineData(null, ".gemini/settings.json", """{"selectedAuthType":"oauth-personal"}""")]
    [InlineData(false, ".gemini/settings.json", "{ broken")]
    public void A_sign_in_in_the_users_home_is_found(bool? signedIn, string file, string text)
    {
        Write(Path.Combine(User, file), text);
        var told = _agent.SignedIn(null, new Dictionary<string, string> { ["GEMINI_CLI_HOME"] = User, ["HOME"] = "/nonexistent" });
        Assert.Equal(signedIn, told.Yes);
        Assert.DoesNotContain("secret", told.How);
    }

    private AttemptRequest Request(string slot = "slot") => new(
        "2026-01-01-001", "auth", "develop", ++_number, $"0123456789abcde{_number}", Directory.CreateDirectory(Path.Combine(_root, slot)).FullName, "0123abc", 4100, new AgentChoice("gemini"), null, "the prompt", null,
        AttemptFolder.Of(_root, "auth", _number, "develop"), _root);

    private AttemptCommand Prepare(AttemptRequest request, params (string Name, string Value)[] variables)
    {
        var environment = variables.Append(("GEMINI_CLI_HOME", User)).ToDictionary();
        return _agent.Prepare(request with { Entry = new AgentEntry("gemini", Env: environment) });
    }

    private static string Home(AttemptCommand command) => command.Environment["GEMINI_CLI_HOME"];

    private static JsonNode Settings(AttemptCommand command) => JsonNode.Parse(File.ReadAllText(Path.Combine(Home(command), ".gemini/settings.json")))!;

    private static void Write(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }
}
