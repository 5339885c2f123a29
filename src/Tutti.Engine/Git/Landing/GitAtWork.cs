using System.Globalization;
using Tutti.Engine.Processes;

namespace Tutti.Engine.Git.Landing;

/// <summary>Git processes of others in a checkout. One of them may have read the index before a landing wrote it, and write it afterwards.</summary>
internal static class GitAtWork
{
    private const int Tries = 20;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>Those that work in a checkout now, but for this process's own; none where the system does not tell (macOS), or they are another user's.</summary>
    public static IReadOnlyList<ProcessRow> In(string checkout) => !OperatingSystem.IsLinux()
        ? []
        : [
            .. Directory.EnumerateDirectories("/proc")
                .Where(folder => char.IsAsciiDigit(folder[^1]) && IsGit(folder) && IsBelow(folder, checkout))
                .Select(folder => ProcessTable.Find(int.Parse(Path.GetFileName(folder.AsSpan()), CultureInfo.InvariantCulture)))
                .OfType<ProcessRow>()
                .Where(row => row.Parent != Environment.ProcessId),
        ];

    /// <summary>Waits until they have ended, but no longer than a second: one may have an editor open.</summary>
    public static async Task GoneAsync(IReadOnlyList<ProcessRow> processes, CancellationToken cancellation)
    {
        for (var tried = 0; tried < Tries && processes.Any(p => ProcessTable.Find(p.Pid)?.Started == p.Started); tried++)
            await Task.Delay(Pause, cancellation);
    }

    private static bool IsGit(string folder)
    {
        try
        {
            return File.ReadAllText(Path.Combine(folder, "comm")) == "git\n";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Gone meanwhile, or hidden from this user.
            return false;
        }
    }

    private static bool IsBelow(string folder, string checkout)
    {
        try
        {
            return new DirectoryInfo(Path.Combine(folder, "cwd")).LinkTarget is { } cwd && (cwd + '/').StartsWith(checkout + '/', StringComparison.Ordinal)
                // There, and for as long as they conduct, work the gits of other conductors that ask for objects.
                && !cwd.StartsWith(checkout + "/.git/", StringComparison.Ordinal);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
