using System.Runtime.InteropServices;

namespace Tutti.Engine.Processes;

/// <summary>The system calls that .NET does not offer.</summary>
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

    /// <summary>True where the system would let this process make files in a folder: whose it is, its permissions, and how its file system is mounted. Writes nothing.</summary>
    public static bool MayWrite(string folder) => NativeAccess(folder, WriteAndEnter) == 0;

    // W_OK | X_OK, the same on Linux and macOS.
    private const int WriteAndEnter = 2 | 1;

    [LibraryImport("libc", EntryPoint = "access", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int NativeAccess(string path, int mode);

    [LibraryImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int NativeKill(int pid, int signal);
}
