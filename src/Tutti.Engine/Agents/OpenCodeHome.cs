namespace Tutti.Engine.Agents;

/// <summary>The folders of one attempt of OpenCode (P11), as the variables <c>XDG_*</c> name those above them. Making them again changes nothing.</summary>
internal static class OpenCodeHome
{
    private const string Name = "opencode";
    private const string Configuration = "XDG_CONFIG_HOME";

    /// <summary>Makes the attempt's folders, and puts them into the environment.</summary>
    /// <remarks>
    /// Its database and sessions are the attempt's own; its configuration stays the user's, and with it <c>XDG_CONFIG_HOME</c>, where git too
    /// looks for the user's identity. The sign-in is linked: a copy would go on with a refresh token that another copy has used up already.
    /// </remarks>
    public static void Make(AttemptRequest request, Dictionary<string, string> environment)
    {
        var own = Path.Combine(request.Folder.Agent, "data");
        OwnFolder.Link(OfUser(environment), Path.Combine(own, Name), "auth.json", "mcp-auth.json");
        if (request.Continue is { } earlier)
            OwnFolder.Take(Path.Combine(earlier.Folder.Agent, "data", Name), Path.Combine(own, Name), "storage", "snapshot", "opencode.db", "opencode.db-wal", "opencode.db-shm");
        environment["XDG_DATA_HOME"] = own;
        environment["XDG_STATE_HOME"] = Path.Combine(request.Folder.Agent, "state");
        if (request.Sandboxed)
            StandIn(request, environment);
    }

    /// <summary>The user's folder with the sign-in.</summary>
    public static string OfUser(IReadOnlyDictionary<string, string> environment) =>
        Path.Combine(OwnFolder.OfUser(environment, "XDG_DATA_HOME", Path.Combine(".local", "share")), Name);

    // It makes its folder at each start, and the sandbox lets nothing be made in the user's home. Whatever else is there is found behind links.
    private static void StandIn(AttemptRequest request, Dictionary<string, string> environment)
    {
        var (user, own) = (OwnFolder.OfUser(environment, Configuration, ".config"), Path.Combine(request.Folder.Agent, "config"));
        OwnFolder.LinkAll(Path.Combine(user, Name), Path.Combine(own, Name));
        OwnFolder.LinkAll(user, own);
        environment[Configuration] = own;
    }
}
