namespace Tutti.Engine.Agents;

/// <summary>The configuration directory of one attempt of Codex (P11), as the variable <c>CODEX_HOME</c> names it. Making it again changes nothing.</summary>
internal static class CodexHome
{
    private const string Variable = "CODEX_HOME";

    // Linked, so that one sign-in serves all: a copy would go on with a refresh token that another copy has used up already.
    private static readonly string[] Users = ["auth.json", "config.toml", "AGENTS.md", "AGENTS.override.md", "prompts", "rules", "skills", "plugins"];

    /// <summary>Makes the attempt's directory from the user's, and puts it into the environment.</summary>
    public static void Make(AttemptRequest request, Dictionary<string, string> environment)
    {
        OwnFolder.Link(OfUser(environment), request.Folder.Agent, Users);
        if (request.Continue is { } earlier)
            OwnFolder.Take(earlier.Folder.Agent, request.Folder.Agent, "sessions");
        environment[Variable] = request.Folder.Agent;
    }

    /// <summary>The user's directory.</summary>
    public static string OfUser(IReadOnlyDictionary<string, string> environment) => OwnFolder.OfUser(environment, Variable, ".codex");
}
