namespace Tutti.Engine.Agents;

/// <summary>
/// The configuration directory of one attempt of an agent that speaks ACP (P11), where Tutti knows the program by its name: a
/// program that is driven both ways has the same directory both ways. Of another, attempts share what it keeps in the user's home.
/// </summary>
internal static class AcpHome
{
    private static readonly Dictionary<string, Action<AttemptRequest, Dictionary<string, string>>> Known = new(StringComparer.Ordinal)
    {
        ["gemini"] = (request, environment) =>
        {
            GeminiHome.Make(request, environment);
            GeminiHome.Settle(environment);
        },
        ["opencode"] = OpenCodeHome.Make,
        ["codex-acp"] = CodexHome.Make,
        ["claude-agent-acp"] = (request, environment) => ClaudeHome.Of(environment).GiveOwn(request, environment),
    };

    /// <summary>Makes the attempt's directory from the user's and puts it into the environment, where the program is known.</summary>
    /// <param name="request">The attempt.</param>
    /// <param name="command">The entry's: a program, or one that starts it (<c>npx -y @scope/name@version</c>).</param>
    /// <param name="environment">Of the attempt.</param>
    public static void Make(AttemptRequest request, IReadOnlyList<string> command, Dictionary<string, string> environment)
    {
        if (command.Select(Name).FirstOrDefault(Known.ContainsKey) is { } name)
            Known[name](request, environment);
    }

    /// <summary>What the program needs to be told so that its waits can be seen.</summary>
    /// <param name="command">As above.</param>
    public static IReadOnlyList<string> Telling(IReadOnlyList<string> command) =>
        command.Select(Name).FirstOrDefault(Known.ContainsKey) == "opencode" && command.Contains("acp") ? OpenCodeLog.Options : [];

    private static string Name(string word) => Path.GetFileName(word).Split('@')[0];
}
