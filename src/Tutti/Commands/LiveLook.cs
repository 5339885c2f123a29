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
    public static LiveInfo At(LiveAttempts? attempts, SessionFolder folder, DateTimeOffset now) => new(now)
    {
        ConductorAlive = true,
        Folder = folder.Path,
        Activity = attempts?.Snapshot().ToDictionary(
            pair => pair.Key,
            pair => new AgentActivity(pair.Value.Doing is { } doing ? Masked(doing.Said ?? doing.Tool) : LastLine(pair.Value.Folder), pair.Value.LastOutput, Doing: Masked(pair.Value.Doing)),
            StringComparer.Ordinal) ?? [],
    };

    /// <summary>The last line an attempt printed, with something in it.</summary>
    public static string? LastLine(AttemptFolder folder) =>
        Masked(OutputTail.Read(folder.Stdout, TailBytes).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).LastOrDefault());

    private static DoingView? Masked(DoingView? doing) => doing is null ? null : doing with { Said = Masked(doing.Said), Tool = Masked(doing.Tool) };

    private static string? Masked(string? text) => text is null ? null : Secrets.OfProcess.Mask(text);
}
