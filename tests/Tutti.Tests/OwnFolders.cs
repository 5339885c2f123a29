using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Tutti.Tests;

/// <summary>
/// A temporary folder and a home directory of the test program's own, which go with it: what agents, runtimes and killed processes leave
/// behind lies in there, and whoever looks for the user's configuration and sign-ins finds none of the developer's.
/// </summary>
internal static class OwnFolders
{
    private static readonly string[] Elsewhere = ["XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME", "CLAUDE_CONFIG_DIR", "CODEX_HOME", "GEMINI_CLI_HOME"];

    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255", Justification = "A test assembly is a program.")]
    internal static void Make()
    {
        // Short, for the sockets that programs make in it.
        var folder = Directory.CreateTempSubdirectory("tutti-").FullName;
        Environment.SetEnvironmentVariable("TMPDIR", folder);
        Environment.SetEnvironmentVariable("HOME", Directory.CreateDirectory(Path.Combine(folder, "home")).FullName);
        foreach (var name in Elsewhere)
            Environment.SetEnvironmentVariable(name, null);
        // Trial merges go there too, and not to the machine's memory file system.
        Environment.SetEnvironmentVariable("TUTTI_TEST_TRIALS_ON_DISK", "1");
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Remove(folder);
    }

    private static void Remove(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"the tests' temporary folder is left behind: {e.Message}");
        }
    }
}
