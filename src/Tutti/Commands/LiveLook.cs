using Tutti.Core.Views;
using Tutti.Engine.Conductor;
using Tutti.Engine.Journal;
using Tutti.Engine.Processes;

namespace Tutti.Commands;

/// <summary>What a screen shows beside the journal: the last line of each live attempt.</summary>
internal static class LiveLook
{
    // Enough for a last line, little enough to be read a few times a second for fifty agents.
    private const int TailBytes = 512;

    /// <summary>A look from inside the conductor.</summary>
    public static LiveInfo At(LiveAttempts? attempts, SessionFolder folder, Secrets secrets, DateTimeOffset now) => new(now)
    {
        ConductorAlive = true,
        Folder = folder.Path,
        Activity = attempts?.Snapshot().ToDictionary(
            pair => pair.Key,
            pair => Activity(pair.Value.Doing, pair.Value.Folder, secrets) with { LastOutputAt = pair.Value.LastOutput },
            StringComparer.Ordinal) ?? [],
    };

    /// <summary>What an attempt does, by its stream, or where that says nothing by the last line it printed.</summary>
    public static AgentActivity Activity(DoingView? doing, AttemptFolder folder, Secrets secrets)
    {
        var masked = doing?.With(secrets.Mask);
        return new AgentActivity(masked is null ? LastLine(folder, secrets) : masked.ToLine(), Doing: masked);
    }

    // With something in it.
    private static string? LastLine(AttemptFolder folder, Secrets secrets) =>
        Masked(OutputTail.Read(folder.Stdout, TailBytes).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).LastOrDefault(), secrets);

    private static string? Masked(string? text, Secrets secrets) => text is null ? null : secrets.Mask(text);
}
