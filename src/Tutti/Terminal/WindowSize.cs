using System.Runtime.InteropServices;

namespace Tutti.Terminal;

/// <summary>
/// The size of the terminal behind a file descriptor. Console.WindowWidth only knows standard output's, and the story is told on
/// standard error: <c>tutti run --json &gt; file</c> would be drawn for 80 columns whatever the window has.
/// </summary>
internal static class WindowSize
{
    // TIOCGWINSZ, see asm-generic/ioctls.h. Where an architecture has another number the call fails and the size is unknown.
    private const nuint GetWindowSize = 0x5413;

    /// <summary>Columns and rows; null where there is no terminal or it does not say.</summary>
    public static (int Width, int Height)? Of(int descriptor)
    {
        if (!OperatingSystem.IsLinux())
            return OfConsole();
        var size = default(Size);
        return Ioctl(descriptor, GetWindowSize, ref size) == 0 && size is { Columns: > 0, Rows: > 0 } ? (size.Columns, size.Rows) : null;
    }

    private static (int Width, int Height)? OfConsole()
    {
        try
        {
            return Console.WindowWidth > 0 ? (Console.WindowWidth, Console.WindowHeight) : null;
        }
        catch (IOException)
        {
            // Windows, when there is no console at all.
            return null;
        }
    }

    [DllImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Ioctl(int descriptor, nuint request, ref Size size);

    [StructLayout(LayoutKind.Sequential)]
    private struct Size
    {
        public ushort Rows;
        public ushort Columns;
        public ushort PixelWidth;
        public ushort PixelHeight;
    }
}
