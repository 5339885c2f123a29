using System.Runtime.InteropServices;

namespace Tutti.Engine.Processes;

/// <summary>The one system call that .NET does not offer.</summary>
internal static partial class Posix
{
    public const int Interrupt = 2;
    public const int Kill = 9;
    public const int Terminate = 15;

    /// <summary>Sends a signal to one process.</summary>
    /// <returns>False when it is gone, or is not ours to signal.</returns>
    public static bool Signal(int pid, int signal)
    {
        // 0 and negative numbers mean groups or everyone; no identity leads there.
        ArgumentOutOfRangeException.ThrowIfLessThan(pid, 2);
        return NativeKill(pid, signal) == 0;
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int NativeKill(int pid, int signal);
}
