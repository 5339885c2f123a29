namespace Tutti.Engine.Host;

/// <summary>What a timer of .NET takes: 49.7 days at most, where settings and the ends of quotas may lie further ahead.</summary>
internal static class TimerWait
{
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(uint.MaxValue - 1);

    /// <summary>The wait, or as much of it as a timer takes; none where it is over.</summary>
    public static TimeSpan Within(TimeSpan wait) => wait < TimeSpan.Zero ? TimeSpan.Zero : wait < Longest ? wait : Longest;
}
