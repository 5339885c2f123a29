using Tutti.Core.Session;
using Tutti.Core.Views;

namespace Tutti.Terminal;

/// <summary>One line an event, for logs and for people who read along: <c>12:00:03 auth develop started (attempt 1, shell)</c>.</summary>
public sealed class PlainDisplay(Outlet outlet, TimeZoneInfo zone) : IDisplay
{
    /// <inheritdoc />
    public void Show(SessionState state, IReadOnlyList<(Recorded Event, string JsonLine)> news, LiveInfo live)
    {
        foreach (var (recorded, _) in news)
            outlet.Write($"{TimeZoneInfo.ConvertTime(recorded.At, zone):HH:mm:ss} {Sentences.Of(recorded.Event, state)}\n");
    }

    /// <inheritdoc />
    public void Tick(SessionState state, LiveInfo live)
    {
        // Nothing is drawn again here.
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => outlet.DisposeAsync();
}
