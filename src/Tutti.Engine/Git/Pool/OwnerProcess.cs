using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using Tutti.Engine.Processes;

namespace Tutti.Engine.Git.Pool;

/// <summary>
/// Tells whether the process that took a lease still runs (PITFALLS P8). Start times are clock ticks since boot on Linux
/// (<c>/proc/PID/stat</c>, field 22), and seconds since 1970 elsewhere.
/// </summary>
public static class OwnerProcess
{
    /// <summary>Id of this boot of the machine.</summary>
    public static string Boot => Machine.Boot;

    /// <summary>When a process started; null when there is no such process.</summary>
    public static long? StartOf(int pid) =>
        !OperatingSystem.IsLinux() ? FromSystem(pid)
        : ProcessTable.Find(pid) is { } row ? long.Parse(row.Started, CultureInfo.InvariantCulture)
        : null;

    /// <summary>True while the very process that owns a lease runs.</summary>
    public static bool IsAlive(LeaseOwner owner) => owner.Boot == Boot && StartOf(owner.Pid) == owner.Started;

    private static long? FromSystem(int pid)
    {
        try
        {
            using var process = Process.GetProcessById(pid);
            return new DateTimeOffset(process.StartTime).ToUnixTimeSeconds();
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or Win32Exception)
        {
            // No such process, ended meanwhile, or not ours to see; a conductor of this user always is.
            return null;
        }
    }
}
