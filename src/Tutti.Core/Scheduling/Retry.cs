using Tutti.Core.Session;

namespace Tutti.Core.Scheduling;

/// <summary>Exponential backoff, without chance: the first wait doubles with each failure up to a limit.</summary>
public static class Retry
{
    /// <summary>How long to wait after so many failures.</summary>
    public static TimeSpan Delay(Limits limits, int failures)
    {
        var doubled = limits.Backoff * Math.Pow(2, Math.Clamp(failures - 1, 0, 20));
        return doubled < limits.BackoffMax ? doubled : limits.BackoffMax;
    }

    internal static DateTimeOffset NotBefore(Draft draft, int failures) => draft.Now + Delay(draft.State.Settings.Limits, failures);
}
