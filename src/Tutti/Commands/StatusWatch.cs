using Tutti.Core.Session;
using Tutti.Core.Views;
using Tutti.Engine.Journal;
using Tutti.Terminal;

namespace Tutti.Commands;

/// <summary><c>tutti status --watch</c>: the screen drawn again and again, or one text or line of JSON for each change where nothing can be redrawn.</summary>
internal static class StatusWatch
{
    /// <summary>A session that is being started has no conductor for a moment; one without for longer than this is stale.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan Fastest = TimeSpan.FromMilliseconds(250);

    /// <summary>Shows the session until it is at its end or stale.</summary>
    public static async Task RunAsync(StatusLook look, JournalFollow follow, StatusKind kind, bool json, CancellationToken cancellation)
    {
        var region = new LiveRegion();
        var redraw = !json && TerminalFacts.OfStdout().CanRedraw;
        var alive = TimeProvider.System.GetTimestamp();
        for (var changed = true; ; changed = follow.Read())
        {
            var state = follow.State!;
            var live = await look.AtAsync(state, Workplace.IsConducted(follow.Conductor), cancellation);
            if (json && changed)
                await StatusJson.WriteAsync(kind, state, live, indented: false, cancellation);
            else if (redraw || (changed && !json))
                await ShowAsync(kind, state, live, redraw ? region : null);
            if (live.ConductorAlive == true)
                alive = TimeProvider.System.GetTimestamp();
            if (state.EndedAt is not null || TimeProvider.System.GetElapsedTime(alive) > Patience)
                return;
            await follow.ChangedAsync(cancellation);
            await Task.Delay(Fastest, cancellation);
        }
    }

    private static async Task ShowAsync(StatusKind kind, SessionState state, LiveInfo live, LiveRegion? region)
    {
        var facts = TerminalFacts.OfStdout();
        var text = StatusText.Of(kind, state, live, facts);
        await Console.Out.WriteAsync(region is null ? text + "\n" : region.Redraw("", text.TrimEnd('\n').Split('\n'), facts.Width, facts.Height));
        await Console.Out.FlushAsync();
    }
}
