using System.Diagnostics;

namespace Tutti.ProcessTests.Support;

/// <summary>Waiting for a signal that another process gives through a file, a journal, or by ending.</summary>
public static class Waits
{
    /// <summary>Generous, since few cores are shared by everyone; only a failing test waits so long.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    /// <summary>Waits until something is true, by looking often.</summary>
    /// <param name="what">What is waited for, for the message of a test that fails.</param>
    /// <param name="condition">Looks; may be called many times.</param>
    public static async Task UntilAsync(string what, Func<bool> condition)
    {
        for (var waited = Stopwatch.StartNew(); !condition(); await Task.Delay(Pause))
            Assert.True(waited.Elapsed < Patience, $"waited too long until {what}");
    }
}
