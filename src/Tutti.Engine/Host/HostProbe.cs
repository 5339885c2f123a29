using System.Globalization;
using Tutti.Core;
using Tutti.Engine.Processes;

namespace Tutti.Engine.Host;

/// <summary>Measures what the machine, or the container we are in, has left.</summary>
public static class HostProbe
{
    private static readonly TimeSpan ToolLimit = TimeSpan.FromSeconds(2);

    /// <summary>Free memory, free disk at a path that need not exist yet, load and cores, now.</summary>
    public static async Task<HostResources> MeasureAsync(string path, CancellationToken cancellation = default)
    {
        var cores = Environment.ProcessorCount;
        if (OperatingSystem.IsMacOS())
        {
            var memory = MacMemory(await SaidAsync("vm_stat", [], cancellation));
            return new HostResources(memory, FreeDisk(path), FirstNumber(await SaidAsync("sysctl", ["-n", "vm.loadavg"], cancellation)), cores);
        }

        return new HostResources(FreeMemory(), FreeDisk(path), FirstNumber(ReadOrEmpty("/proc/loadavg")), cores);
    }

    /// <summary>Bytes free for this user where a path is, or will be.</summary>
    public static long FreeDisk(string path)
    {
        var at = Path.GetFullPath(path);
        while (!Directory.Exists(at) && Path.GetDirectoryName(at) is { } parent)
            at = parent;
        return new DriveInfo(at).AvailableFreeSpace;
    }

    /// <summary>Bytes of <c>MemAvailable:   12345678 kB</c> in <c>/proc/meminfo</c>; <see cref="long.MaxValue"/> where it does not say.</summary>
    public static long MemAvailable(string meminfo)
    {
        var line = meminfo.Split('\n').FirstOrDefault(l => l.StartsWith("MemAvailable:", StringComparison.Ordinal));
        return line is null ? long.MaxValue : (long)FirstNumber(line["MemAvailable:".Length..]) * 1024;
    }

    /// <summary>
    /// Bytes from the output of <c>vm_stat</c>, whose first line gives the page size and whose numbers end with a dot:
    /// <c>Mach Virtual Memory Statistics: (page size of 16384 bytes)</c>, <c>Pages free:     12345.</c>
    /// </summary>
    public static long MacMemory(string output)
    {
        var lines = output.Split('\n');
        var size = lines[0].Split("page size of ", 2) is [_, var rest] ? (long)FirstNumber(rest) : 0;
        var pages = lines
            .Where(l => l.StartsWith("Pages free:", StringComparison.Ordinal)
                || l.StartsWith("Pages inactive:", StringComparison.Ordinal)
                || l.StartsWith("Pages speculative:", StringComparison.Ordinal))
            .Sum(l => (long)FirstNumber(l[(l.IndexOf(':') + 1)..]));
        return size * pages > 0 ? size * pages : long.MaxValue;
    }

    private static long FreeMemory()
    {
        var free = MemAvailable(ReadOrEmpty("/proc/meminfo"));
        return Math.Min(free, ControlGroup.FreeMemory("/sys/fs/cgroup", ReadOrEmpty("/proc/self/cgroup")));
    }

    internal static string ReadOrEmpty(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Not on this kernel, or not for us to see: measured as "no limit known".
            return "";
        }
    }

    /// <summary>The number a text starts with after blanks and an opening brace; 0 when there is none. Sample: <c>{ 1.52 1.40 1.33 }</c>.</summary>
    internal static double FirstNumber(string text)
    {
        var trimmed = text.TrimStart(' ', '\t', '{');
        var number = string.Concat(trimmed.TakeWhile(c => char.IsAsciiDigit(c) || c == '.')).TrimEnd('.');
        return double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : 0;
    }

    private static async Task<string> SaidAsync(string program, string[] arguments, CancellationToken cancellation)
    {
        var command = new Command(program, arguments, "/") { Environment = HostEnvironment.Base(), Limit = ToolLimit };
        return (await CommandRunner.RunAsync(command, cancellation)).Text;
    }
}
