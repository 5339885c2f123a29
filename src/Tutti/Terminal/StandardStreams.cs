using Microsoft.Win32.SafeHandles;

namespace Tutti.Terminal;

/// <summary>The three streams that a program is started with.</summary>
internal static class StandardStreams
{
    // For as long as the program runs: a handle that nobody holds is closed.
    private static readonly List<SafeFileHandle> Held = [];

    /// <summary>
    /// Takes the place of each stream that the caller has closed: the next file opened would have its number else, and what is printed would go into
    /// that file. What is read there is nothing, and what is written fails. To be called before any file is opened.
    /// </summary>
    public static void Occupy()
    {
        SafeFileHandle handle;
        for (handle = Nothing(); handle.DangerousGetHandle() <= 2; handle = Nothing())
            Held.Add(handle);
        handle.Dispose();
    }

    private static SafeFileHandle Nothing() => File.OpenHandle("/dev/null", FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
}
