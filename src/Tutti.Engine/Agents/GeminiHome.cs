using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tutti.Engine.Git;

namespace Tutti.Engine.Agents;

/// <summary>
/// The home directory of one attempt of Gemini CLI (P11): <c>HOME/.gemini</c> with settings, commands, extensions, sign-in and chats, as the
/// variable <c>GEMINI_CLI_HOME</c> moves it. Making it again changes nothing.
/// </summary>
internal static class GeminiHome
{
    private const string Variable = "GEMINI_CLI_HOME";
    private const string Folder = ".gemini";
    private const string Settings = "settings.json";

    // Ten, its own default, take four minutes of silence for a 429; Tutti waits by itself, and for all agents at once.
    private const int Attempts = 3;

    // Its folder of what belongs to one working folder, which it finds by the mark in it, whatever the name.
    private const string Project = ".gemini/tmp/slot";
    private const string ProjectMark = ".project_root";

    // Linked, and the sign-in among it on purpose: gemini refreshes these files by writing into them, not by renaming over them, so
    // what one attempt refreshes is there for all, and for the user. Signing out removes only the link.
    private static readonly string[] Linked =
    [
        ".gemini/oauth_creds.json", ".gemini/google_accounts.json", ".gemini/gemini-credentials.json", ".gemini/mcp-oauth-tokens.json", ".gemini/a2a-oauth-tokens.json",
        ".gemini/installation_id", ".gemini/.env", ".env", ".gemini/extensions", ".gemini/policies", ".gemini/skills", ".gemini/agents", ".agents",
    ];

    // It allows comments. A name that stands twice is left to it as well: a JsonObject cannot hold one.
    private static readonly JsonDocumentOptions Lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowDuplicateProperties = false };

    /// <summary>Makes the attempt's home from the user's, and puts it into the environment.</summary>
    public static void Make(AttemptRequest request, Dictionary<string, string> environment)
    {
        var (user, own) = (OfUser(environment), request.Folder.Agent);
        OwnFolder.Link(user, own, Linked);

        // Copied: its file tools may write to the GEMINI.md of its home, and do so to remember something.
        OwnFolder.Take(Configuration(user), Configuration(own), Names(Configuration(user), "*.md"));
        WriteSettings(Path.Combine(Configuration(user), Settings), Path.Combine(Configuration(own), Settings), environment);
        WriteCommands(Path.Combine(Configuration(user), "commands"), Path.Combine(Configuration(own), "commands"));
        WriteOnce(Path.Combine(own, Project, ProjectMark), RealPath.Of(request.Slot));
        if (request.Continue is { } earlier)
            OwnFolder.Take(earlier.Folder.Agent, own, $"{Project}/chats");
        environment[Variable] = own;
    }

    /// <summary>Sets what an agent that works alone in a slot needs, where the user has not said otherwise.</summary>
    public static void Settle(Dictionary<string, string> environment)
    {
        // An untrusted folder has no yolo. The relaunch, only there for more memory, puts a wrapper before it that ignores SIGTERM.
        OwnFolder.Default(environment, "GEMINI_CLI_TRUST_WORKSPACE", "true");
        OwnFolder.Default(environment, "GEMINI_CLI_NO_RELAUNCH", "true");
    }

    /// <summary>The user's home directory, as far as Gemini CLI is concerned.</summary>
    public static string OfUser(IReadOnlyDictionary<string, string> environment) => OwnFolder.OfUser(environment, Variable, "");

    /// <summary>The configuration directory in a home directory.</summary>
    public static string Configuration(string home) => Path.Combine(home, Folder);

    /// <summary>What the files of the user's home say of a sign-in; null where nothing.</summary>
    public static SignIn? SignedIn(IReadOnlyDictionary<string, string> environment)
    {
        var home = OfUser(environment);
        var credentials = Path.Combine(Configuration(home), "oauth_creds.json");
        if (File.Exists(credentials))
            return new SignIn(true, $"signed in ({credentials})");
        foreach (var file in new[] { Path.Combine(Configuration(home), ".env"), Path.Combine(home, ".env") })
        {
            if (Text(file)?.Split('\n').Any(line => line.Replace("export ", "", StringComparison.Ordinal).TrimStart().StartsWith("GEMINI_API_KEY=", StringComparison.Ordinal)) == true)
                return new SignIn(true, $"GEMINI_API_KEY is set in {file}");
        }

        // The key or token itself may be in the system's keychain, which is not to be asked behind the user's back.
        var settings = Read(Path.Combine(Configuration(home), Settings));
        return (Word(settings, "security", "auth", "selectedType") ?? Word(settings, "selectedAuthType")) is { } type
            ? new SignIn(null, $"'{type}' is chosen in its settings; whether it still holds cannot be seen from here")
            : null;
    }

    // Settings that cannot be understood stay as they are: gemini says itself what is wrong with them.
    private static void WriteSettings(string from, string to, IReadOnlyDictionary<string, string> environment)
    {
        if (File.Exists(from) && Read(from) is null)
        {
            OwnFolder.Take(Path.GetDirectoryName(from)!, Path.GetDirectoryName(to)!, Settings);
            return;
        }

        var settings = Read(from) ?? [];
        Default(settings, Attempts, "general", "maxAttempts");
        Default(settings, false, "privacy", "usageStatisticsEnabled");

        // With an address of its own and no choice of sign-in, gemini 0.61 takes "gateway", which it then refuses without a terminal.
        bool Is(string name) => environment.GetValueOrDefault(name) is { Length: > 0 };
        if (Is("GOOGLE_GEMINI_BASE_URL") && Is("GEMINI_API_KEY") && !Is("GOOGLE_GENAI_USE_VERTEXAI") && !Is("GOOGLE_GENAI_USE_GCA"))
            Default(settings, "gemini-api-key", "security", "auth", "selectedType");
        WriteOnce(to, settings.ToJsonString());
    }

    private static void WriteCommands(string from, string to)
    {
        OwnFolder.LinkAll(from, to);
        WriteOnce(Path.Combine(to, GeminiPrompt.Command + ".toml"), $"description = \"The work of an attempt of Tutti\"\nprompt = \"{GeminiPrompt.Introduction}\"\n");
    }

    private static string[] Names(string folder, string pattern) =>
        Directory.Exists(folder) ? [.. Directory.EnumerateFileSystemEntries(folder, pattern).Select(path => Path.GetFileName(path)!)] : [];

    private static void WriteOnce(string path, string text) => OwnFolder.WriteOnce(path, file => file.Write(Encoding.UTF8.GetBytes(text)));

    private static void Default(JsonObject settings, JsonNode value, params ReadOnlySpan<string> path)
    {
        foreach (var group in path[..^1])
        {
            settings.TryAdd(group, new JsonObject());
            if (settings[group] is not JsonObject members)
                return;
            settings = members;
        }

        settings.TryAdd(path[^1], value);
    }

    private static string? Word(JsonObject? settings, params ReadOnlySpan<string> names)
    {
        JsonNode? node = settings;
        foreach (var name in names)
            node = (node as JsonObject)?[name];
        return node is JsonValue value && value.TryGetValue<string>(out var word) ? word : null;
    }

    private static JsonObject? Read(string path)
    {
        try
        {
            return Text(path) is { } text ? JsonNode.Parse(JsonHalves.Mended(Encoding.UTF8.GetBytes(text)).Span, documentOptions: Lenient) as JsonObject : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string? Text(string path)
    {
        try
        {
            return File.Exists(path) ? File.ReadAllText(path) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A file of the user's that cannot be read says nothing; gemini cannot read it either.
            return null;
        }
    }
}
