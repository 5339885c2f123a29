using System.Text.Json;

namespace Tutti.Engine.Agents;

/// <summary>The user's own Claude Code: their configuration and sign-in, and how an attempt gets a configuration of its own that begins as theirs.</summary>
/// <param name="folder">Their configuration directory; need not exist.</param>
/// <param name="named">They have named it by <c>CLAUDE_CONFIG_DIR</c>.</param>
/// <param name="home">Their home directory.</param>
internal sealed class ClaudeHome(string folder, bool named, string home)
{
    private const string Variable = "CLAUDE_CONFIG_DIR";
    private const string SignInVariable = "CLAUDE_SECURESTORAGE_CONFIG_DIR";

    // Only ever read by an agent. CLAUDE.md is linked and not copied, because its imports are relative to the file it really is.
    private static readonly string[] Linked =
        ["CLAUDE.md", "agents", "commands", "hooks", "output-styles", "rules", "skills", "workflows", "plugins/cache", "plugins/data", "plugins/marketplaces", "plugins/repos"];

    // Claude writes these itself, by replacing them.
    private static readonly string[] Copied = ["settings.json", "plugins/config.json", "plugins/installed_plugins.json", "plugins/known_marketplaces.json"];

    // What the user has decided for the repository; beside it stand its history and costs. Claude looks a slot up by the repository it is a worktree of.
    private static readonly string[] OfProject =
        ["allowedTools", "mcpServers", "mcpContextUris", "enabledMcpjsonServers", "disabledMcpjsonServers", "disabledMcpServers", "hasTrustDialogAccepted", "hasClaudeMdExternalIncludesApproved"];

    private static readonly string[] Keys = ["ANTHROPIC_AUTH_TOKEN", "ANTHROPIC_API_KEY", "CLAUDE_CODE_OAUTH_TOKEN"];

    /// <summary>The home an environment leads to.</summary>
    public static ClaudeHome Of(IReadOnlyDictionary<string, string> environment) => new(
        OwnFolder.OfUser(environment, Variable, ".claude"), environment.GetValueOrDefault(Variable) is { Length: > 0 }, environment.GetValueOrDefault("HOME") ?? "/nonexistent");

    /// <summary>Their <c>settings.json</c>; null where there is none that can be read.</summary>
    public JsonElement? Settings { get; } = Read(Path.Combine(folder, "settings.json"));

    private string StateFile => named ? Path.Combine(folder, ".claude.json") : Path.Combine(home, ".claude.json");

    /// <summary>Makes the attempt's configuration directory (P11) and tells the program of it. Doing it again changes nothing.</summary>
    /// <remarks>
    /// The sign-in stays where it is, for all attempts together: a refresh token can be used once, so a copy of it would sign
    /// everybody out. A link does not help either, since claude replaces the file when it refreshes, and the link with it: four
    /// attempts with links made four refreshes of one token, and the user's file kept the used one. The variable moves the store and its lock
    /// apart from the configuration (the keychain's entry on macOS, too, where empty means the usual one); claude 2.1.220 and later know it.
    /// </remarks>
    public void GiveOwn(AttemptRequest request, Dictionary<string, string> environment)
    {
        var own = request.Folder.Agent;
        OwnFolder.Link(folder, own, Linked);
        OwnFolder.Take(folder, own, Copied);
        if (Read(StateFile) is { } state)
            WriteState(state, request.Repository, Path.Combine(own, ".claude.json"));
        if (request.Continue is { } earlier)
            OwnFolder.Take(earlier.Folder.Agent, own, "projects", "tasks");
        environment.TryAdd(SignInVariable, named ? folder : "");
        environment[Variable] = own;
    }

    /// <summary>By what claude is signed in.</summary>
    public SignIn SignedIn(IReadOnlyDictionary<string, string> environment)
    {
        if (ClaudeEnvironment.Cloud(environment, Settings) is { } cloud)
            return new SignIn(true, $"{cloud} is set: the cloud's own sign-in counts");
        if (Array.Find(Keys, key => environment.GetValueOrDefault(key) is { Length: > 0 }) is { } set)
            return new SignIn(true, $"{set} is set");
        if (Array.Find(Keys, key => Settings?.Get("env")?.Text(key) is { Length: > 0 }) is { } setting)
            return new SignIn(true, $"{setting} is set in {Path.Combine(folder, "settings.json")}");
        return Settings?.Text("apiKeyHelper") is not null ? new SignIn(true, $"apiKeyHelper in {Path.Combine(folder, "settings.json")}") : Stored(environment);
    }

    private SignIn Stored(IReadOnlyDictionary<string, string> environment)
    {
        var store = environment.TryGetValue(SignInVariable, out var moved) ? moved.Length > 0 ? moved : Path.Combine(home, ".claude") : folder;
        var file = Path.Combine(store, ".credentials.json");
        var account = Read(file)?.Get("claudeAiOauth");
        if (account?.Text("refreshToken") is { Length: > 0 } || account?.Text("accessToken") is { Length: > 0 })
            return new SignIn(true, $"a Claude account ({file})");
        if (Read(StateFile)?.Text("primaryApiKey") is { Length: > 0 })
            return new SignIn(true, $"a key of the Console ({StateFile})");

        // On macOS the sign-in is in the keychain, which is not to be asked behind the user's back.
        return OperatingSystem.IsMacOS()
            ? new SignIn(null, "no key is set; a sign-in may be in the keychain")
            : new SignIn(false, $"neither {string.Join(", ", Keys)} nor {file}");
    }

    // The file that parallel agents have corrupted elsewhere (P11): an attempt gets its own, without what happened in other projects.
    private static void WriteState(JsonElement state, string repository, string to) => OwnFolder.WriteOnce(to, file =>
    {
        using var writer = new Utf8JsonWriter(file);
        Write(writer, state, repository);
    });

    private static void Write(Utf8JsonWriter writer, JsonElement state, string repository)
    {
        writer.WriteStartObject();
        foreach (var member in state.EnumerateObject().Where(member => member.Name is not ("projects" or "history")))
            member.WriteTo(writer);
        if (state.Get("projects", repository) is { ValueKind: JsonValueKind.Object } project)
        {
            writer.WriteStartObject("projects");
            writer.WriteStartObject(repository);
            foreach (var member in project.EnumerateObject().Where(member => OfProject.Contains(member.Name)))
                member.WriteTo(writer);
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }

    private static JsonElement? Read(string path)
    {
        try
        {
            if (!File.Exists(path))
                return null;
            using var document = JsonDocument.Parse(JsonHalves.Mended(File.ReadAllBytes(path)));
            return document.RootElement.ValueKind == JsonValueKind.Object ? document.RootElement.Clone() : null;
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            // A file of the user's that cannot be read: claude begins with its defaults, as it would itself.
            return null;
        }
    }
}
