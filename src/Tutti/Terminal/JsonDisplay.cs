using Tutti.Core.Session;
using Tutti.Core.Views;

namespace Tutti.Terminal;

/// <summary>One event a line, as in the journal (SPEC 6); the last is <c>session.ended</c>.</summary>
public sealed class JsonDisplay(Outlet outlet) : IDisplay
{
    /// <inheritdoc />
    public void Show(SessionState state, IReadOnlyList<(Recorded Event, string JsonLine)> news, LiveInfo live)
    {
        foreach (var (_, line) in news)
            outlet.Write(line + "\n");
    }

    /// <inheritdoc />
    public void Tick(SessionState state, LiveInfo live)
    {
        // Only what is in the journal is told.
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => outlet.DisposeAsync();
}
