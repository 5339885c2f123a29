namespace Tutti.Core.Views;

/// <summary>Times, sizes and money as every screen writes them.</summary>
public static class Amounts
{
    /// <summary>Two units at most: <c>42s</c>, <c>2m 10s</c>, <c>1h 05m</c>, <c>3d 04h</c>. Less than nothing is nothing.</summary>
    public static string Duration(TimeSpan time)
    {
        var t = time < TimeSpan.Zero ? TimeSpan.Zero : time;
        return t switch
        {
            { TotalMinutes: < 1 } => $"{(int)t.TotalSeconds}s",
            { TotalHours: < 1 } => $"{(int)t.TotalMinutes}m {t.Seconds:00}s",
            { TotalDays: < 1 } => $"{(int)t.TotalHours}h {t.Minutes:00}m",
            _ => $"{(int)t.TotalDays}d {t.Hours:00}h",
        };
    }

    /// <summary>As <see cref="Duration(TimeSpan)"/>, from seconds.</summary>
    public static string Duration(double seconds) => Duration(TimeSpan.FromSeconds(seconds));

    /// <summary>For example <c>512 MB</c>, <c>1.5 GB</c>.</summary>
    public static string Bytes(long bytes) => bytes switch
    {
        >= 1L << 30 => $"{bytes / (double)(1L << 30):0.#} GB",
        >= 1L << 20 => $"{bytes / (double)(1L << 20):0} MB",
        _ => $"{bytes / 1024} kB",
    };

    /// <summary>For example <c>950</c>, <c>12.3k</c>, <c>4.5M</c>.</summary>
    public static string Tokens(long tokens) => tokens switch
    {
        >= 1_000_000 => $"{tokens / 1_000_000.0:0.#}M",
        >= 1_000 => $"{tokens / 1_000.0:0.#}k",
        _ => $"{tokens}",
    };

    /// <summary>For example <c>$1.24</c>; a dash where no price is known.</summary>
    public static string Usd(decimal? usd) => usd is { } known ? $"${known:0.00}" : "-";
}
