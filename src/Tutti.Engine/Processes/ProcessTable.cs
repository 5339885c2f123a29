using System.Globalization;
using System.Text;

namespace Tutti.Engine.Processes;

/// <summary>One running process, as far as ending attempts needs it.</summary>
/// <param name="Pid">Process id.</param>
/// <param name="Parent">Pid of its parent.</param>
/// <param name="Session">Its session on Linux; its process group on macOS, which does not tell sessions.</param>
/// <param name="Started">As in <see cref="ProcessIdentity.Started"/>.</param>
internal sealed record ProcessRow(int Pid, int Parent, int Session, string Started);

/// <summary>The processes of this machine. Zombies do not count: they run no code, and their parents reap them.</summary>
internal static class ProcessTable
{
    // Linux allows an environment of a few MB; what is larger is read so far only.
    private const int EnvironmentLimit = 4 * 1024 * 1024;

    /// <summary>All that can be seen from here.</summary>
    public static IReadOnlyList<ProcessRow> All()
    {
        if (!OperatingSystem.IsLinux())
            return MacProcesses.All();
        var rows = new List<ProcessRow>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder.AsSpan()), NumberStyles.None, null, out var pid) && Find(pid) is { } row)
                rows.Add(row);
        }

        return rows;
    }

    /// <summary>The process with this pid, or null when it is gone or a zombie.</summary>
    public static ProcessRow? Find(int pid)
    {
        if (!OperatingSystem.IsLinux())
            return MacProcesses.Find(pid);
        Span<byte> buffer = stackalloc byte[1024];
        return ReadStart($"/proc/{pid}/stat", buffer) is var read and > 0 ? ParseStat(pid, Encoding.Latin1.GetString(buffer[..read])) : null;
    }

    /// <summary>True when the process still is the one that was started.</summary>
    public static bool IsSame(ProcessIdentity identity) =>
        identity.Pid > 1 && identity.Boot == Machine.Boot && identity.Space == Machine.Space
        && Find(identity.Pid) is { } row && row.Started == identity.Started;

    /// <summary>True where one start time is surely before another; on macOS, whose times are text of whole seconds, nothing is sure.</summary>
    public static bool IsOlder(string started, string than) =>
        OperatingSystem.IsLinux()
        && long.TryParse(started, NumberStyles.None, CultureInfo.InvariantCulture, out var a)
        && long.TryParse(than, NumberStyles.None, CultureInfo.InvariantCulture, out var b)
        && a < b;

    /// <summary>The environment a process was started with, variable by variable; empty when it may not be read.</summary>
    public static IEnumerable<string> Environment(int pid) =>
        OperatingSystem.IsLinux()
            ? Encoding.UTF8.GetString(EnvironmentBytes(pid)).Split('\0', StringSplitOptions.RemoveEmptyEntries)
            : MacProcesses.Environment(pid);

    /// <summary>True when the process was started with exactly this variable.</summary>
    /// <param name="pid">Whose environment.</param>
    /// <param name="variable"><c>NAME=value</c>.</param>
    public static bool Carries(int pid, string variable)
    {
        if (!OperatingSystem.IsLinux())
            return MacProcesses.Environment(pid).Contains(variable, StringComparer.Ordinal);
        var all = EnvironmentBytes(pid).AsSpan();
        var wanted = Encoding.UTF8.GetBytes(variable).AsSpan();
        for (var at = 0; all[at..].IndexOf(wanted) is var found and >= 0; at += found + 1)
        {
            var (start, end) = (at + found, at + found + wanted.Length);
            if ((start == 0 || all[start - 1] == 0) && (end == all.Length || all[end] == 0))
                return true;
        }

        return false;
    }

    // 4711 (a b) c) S 1 4711 4711 0 -1 … : the name may hold spaces and parentheses, so fields count from the last ')'.
    // After it: 0 state, 1 parent, 2 group, 3 session, 19 start time.
    internal static ProcessRow? ParseStat(int pid, string stat)
    {
        var fields = stat[(stat.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (fields.Length < 20 || fields[0] is "Z" or "X" or "x")
            return null;
        return new ProcessRow(pid, int.Parse(fields[1], CultureInfo.InvariantCulture), int.Parse(fields[3], CultureInfo.InvariantCulture), fields[19]);
    }

    private static byte[] EnvironmentBytes(int pid)
    {
        using var content = new MemoryStream();
        try
        {
            using var file = File.OpenHandle($"/proc/{pid}/environ");
            var buffer = new byte[16 * 1024];
            int read;
            while (content.Length < EnvironmentLimit && (read = RandomAccess.Read(file, buffer, content.Length)) > 0)
                content.Write(buffer, 0, read);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Gone meanwhile, or another user's: not ours in either case.
        }

        return content.ToArray();
    }

    private static int ReadStart(string path, Span<byte> into)
    {
        try
        {
            using var file = File.OpenHandle(path);
            return RandomAccess.Read(file, into, 0);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // No such process (any more); ESRCH arrives as IOException when it dies between open and read.
            return 0;
        }
    }
}
