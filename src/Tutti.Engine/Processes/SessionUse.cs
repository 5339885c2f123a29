using System.Globalization;
using System.Text;

namespace Tutti.Engine.Processes;

/// <summary>What the processes of one attempt use: its leader, and all that stayed in the leader's session.</summary>
/// <param name="Cpu">Cores: since the last look, or since the attempt's start at the first one.</param>
/// <param name="Memory">Resident bytes; pages that processes share count for each of them.</param>
public sealed record ProcessUse(double Cpu, long Memory);

/// <summary>
/// Measures attempts by one walk over <c>/proc</c>. Processes that left the session (<c>setsid</c>) are not seen: finding those
/// takes reading every environment, which a look many times a minute must not cost. Linux only; elsewhere nothing is known.
/// </summary>
public sealed class SessionUse
{
    // USER_HZ, the unit of times in /proc, is 100 on every architecture .NET runs on.
    private const double TicksPerSecond = 100;

    private Dictionary<int, long> _before = [];
    private double _beforeAt;

    /// <summary>The use of each session that has processes now.</summary>
    /// <param name="leaders">Pids of the sessions' leaders: the attempts' processes.</param>
    public IReadOnlyDictionary<int, ProcessUse> Measure(IReadOnlyCollection<int> leaders)
    {
        if (leaders.Count == 0 || !OperatingSystem.IsLinux())
            return new Dictionary<int, ProcessUse>();
        var now = Uptime();
        var rows = Rows().Where(row => leaders.Contains(row.Session)).ToLookup(row => row.Session);
        var ticks = rows.ToDictionary(group => group.Key, group => group.Sum(row => row.Ticks));
        var use = rows.ToDictionary(
            group => group.Key,
            group => new ProcessUse(Cores(group.Key, ticks[group.Key], group.Min(row => row.Start), now), group.Sum(row => row.Pages) * Environment.SystemPageSize));
        (_before, _beforeAt) = (ticks, now);
        return use;
    }

    private double Cores(int session, long ticks, long start, double now)
    {
        var (from, since) = _before.TryGetValue(session, out var before) && before <= ticks ? (before, _beforeAt) : (0, start / TicksPerSecond);
        var seconds = now - since;
        return seconds <= 0 ? 0 : Math.Round((ticks - from) / TicksPerSecond / seconds, 2);
    }

    private static double Uptime() =>
        double.TryParse(File.ReadAllText("/proc/uptime").Split(' ')[0], NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) ? seconds : 0;

    private static IEnumerable<Row> Rows()
    {
        var buffer = new byte[1024];
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (char.IsAsciiDigit(folder[6]) && Read($"{folder}/stat", buffer) is > 0 and var read && Parse(Encoding.Latin1.GetString(buffer, 0, read)) is { } row)
                yield return row;
        }
    }

    // 4711 (a b) c) S 1 4711 4711 0 -1 … : the name may hold spaces and parentheses, so fields count from the last ')'.
    // After it: 3 session, 11 and 12 own times, 13 and 14 those of children it has waited for, 19 start, 21 resident pages.
    internal static Row? Parse(string stat)
    {
        var fields = stat[(stat.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (fields.Length < 22)
            return null;
        long At(int index) => long.Parse(fields[index], CultureInfo.InvariantCulture);
        return new Row((int)At(3), At(11) + At(12) + At(13) + At(14), At(19), At(21));
    }

    private static int Read(string path, byte[] into)
    {
        try
        {
            using var file = File.OpenHandle(path);
            return RandomAccess.Read(file, into, 0);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It ended between the listing and now.
            return 0;
        }
    }

    internal sealed record Row(int Session, long Ticks, long Start, long Pages);
}
