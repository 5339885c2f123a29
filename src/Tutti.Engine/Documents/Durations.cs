using System.Text;
using System.Text.RegularExpressions;

namespace Tutti.Engine.Documents;

/// <summary>Lengths of time as people write them: <c>30m</c>, <c>1h30m</c>, <c>90s</c>, <c>500ms</c>, <c>1.5h</c>, <c>2d</c>; a plain number is seconds.</summary>
public static partial class Durations
{
    // Wrong on purpose: "", "-5m", "1h30" (which unit?), "5 minutes", "1e3s", "99999999999h" (too many digits).

    private static readonly (string Unit, long Ticks)[] Units =
    [
        ("h", TimeSpan.TicksPerHour), ("m", TimeSpan.TicksPerMinute), ("s", TimeSpan.TicksPerSecond),
    ];

    /// <summary>The length of time, or null where the text is none.</summary>
    public static TimeSpan? Parse(string text)
    {
        if (Number().IsMatch(text))
            return new TimeSpan((long)(decimal.Parse(text) * TimeSpan.TicksPerSecond));
        var match = Parts().Match(text);
        if (!match.Success)
            return null;
        var ticks = match.Groups["n"].Captures.Zip(match.Groups["u"].Captures, (n, u) => decimal.Parse(n.Value) * TicksOf(u.Value)).Sum();
        return ticks <= long.MaxValue ? new TimeSpan((long)ticks) : null;
    }

    /// <summary>The shortest text that <see cref="Parse"/> reads back to the same value.</summary>
    public static string Format(TimeSpan value)
    {
        var text = new StringBuilder();
        var rest = value.Ticks;
        foreach (var (unit, ticks) in Units)
        {
            if (rest >= ticks)
                text.Append(rest / ticks).Append(unit);
            rest %= ticks;
        }

        if (rest > 0)
            text.Append((rest / (decimal)TimeSpan.TicksPerMillisecond).ToString("0.####")).Append("ms");
        return text.Length > 0 ? text.ToString() : "0s";
    }

    private static long TicksOf(string unit) => unit switch
    {
        "ms" => TimeSpan.TicksPerMillisecond,
        "s" => TimeSpan.TicksPerSecond,
        "m" => TimeSpan.TicksPerMinute,
        "h" => TimeSpan.TicksPerHour,
        "d" => TimeSpan.TicksPerDay,
        _ => throw new InvalidOperationException($"no such unit: {unit}"),
    };

    [GeneratedRegex(@"^[0-9]{1,9}(\.[0-9]{1,7})?\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Number();

    [GeneratedRegex(@"^((?<n>[0-9]{1,9}(\.[0-9]{1,9})?)(?<u>ms|s|m|h|d))+\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Parts();
}
