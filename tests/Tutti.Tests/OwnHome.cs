using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Tutti.Tests;

/// <summary>A home directory of the tests' own: whoever looks for the user's configuration and sign-ins finds none, and none of the developer's.</summary>
internal static class OwnHome
{
    private static readonly string[] Elsewhere = ["XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME", "CLAUDE_CONFIG_DIR", "CODEX_HOME", "GEMINI_CLI_HOME"];

    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255", Justification = "A test assembly is a program.")]
    internal static void Make()
    {
        var home = Directory.CreateTempSubdirectory("tutti-tests-home-").FullName;
        Environment.SetEnvironmentVariable("HOME", home);
        foreach (var name in Elsewhere)
            Environment.SetEnvironmentVariable(name, null);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(home, recursive: true);
    }
}
