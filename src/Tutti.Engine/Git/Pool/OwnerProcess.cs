using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace Tutti.Engine.Git.Pool;

/// <summary>
/// Tells whether the process that took a lease still runs (PITFALLS P8). Start times are clock ticks since boot on Linux
/// (<c>/proc/PID/stat</c>, field 22), and seconds since 1970 elsewhere.
/// </summary>
public static class OwnerProcess
{
    private static readonly Lazy<string> BootId = new(() =>
    {
        const string Linux = "/proc/sys/kernel/random/boot_id";
        return File.Exists(Linux) ? File.ReadAllText(Linux).Trim() : "unknown";
    });

    /// <summary>Id of this boot of the machine; <c>unknown</c> where the system has none.</summary>
    public static string Boot => BootId.Value;

    /// <summary>When a process started; null when there is no such process.</summary>
    public static long? StartOf(int pid) =>
        OperatingSystem.IsLinux() ? FromProc(pid) : FromSystem(pid);

    /// <summary>True while the very process that owns a lease runs.</summary>
    public static bool IsAlive(LeaseOwner owner) => owner.Boot == Boot && StartOf(owner.Pid) == owner.Started;

    /// <summary>
    /// Field 22 of <c>/proc/PID/stat</c>. Sample: <c>4711 (my (odd) name) S 1 4711 … 123456 …</c>; the name may hold blanks and
    /// braces, so counting starts after the last one. A zombie (state Z) has ended.
    /// </summary>
    internal static long? ParseStat(string stat)
    {
        var fields = stat[(stat.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (fields.Length < 20 || fields[0] is "Z" or "X")
            return null;
        return long.Parse(fields[19], CultureInfo.InvariantCulture);
    }

    private static long? FromProc(int pid)
    {
        try
        {
            return ParseStat(File.ReadAllText($"/proc/{pid}/stat"));
        }
        catch (IOException)
        {
            // No such process, or it ended while we read (ESRCH).
            return null;
        }
    }

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
