using System.Runtime.InteropServices;

namespace Tutti.Engine.Processes;

/// <summary>
/// .NET ignores SIGPIPE, and what is ignored stays ignored in every program that is started: <c>yes | head -1</c> in an agent's
/// shell would end with an error instead of quietly. What is handled instead is set back to the default at exec.
/// </summary>
internal static partial class ChildSignals
{
    private const int BrokenPipe = 13;

    // getpid stands in for a handler that does nothing: it may be called at any point of any thread, which managed code may
    // not. (Measured: a PosixSignalRegistration leaves the signal ignored in children.)
    private static readonly Lazy<nint> Replaced = new(() =>
        Signal(BrokenPipe, NativeLibrary.GetExport(NativeLibrary.GetMainProgramHandle(), "getpid")));

    /// <summary>Call before a program is started; only the first call does anything.</summary>
    public static void Default()
    {
        if (!OperatingSystem.IsWindows())
            _ = Replaced.Value;
    }

    [LibraryImport("libc", EntryPoint = "signal")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint Signal(int signal, nint handler);
}
