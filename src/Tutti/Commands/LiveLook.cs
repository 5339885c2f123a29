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
            pair => new AgentActivity(pair.Value.Doing is { } doing ? Masked(doing.Said ?? doing.Tool, secrets) : LastLine(pair.Value.Folder, secrets), pair.Value.LastOutput, Doing: Masked(pair.Value.Doing, secrets)),
            StringComparer.Ordinal) ?? [],
    };

    /// <summary>The last line an attempt printed, with something in it.</summary>
    public static string? LastLine(AttemptFolder folder, Secrets secrets) =>
        Masked(OutputTail.Read(folder.Stdout, TailBytes).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).LastOrDefault(), secrets);

    private static DoingView? Masked(DoingView? doing, Secrets secrets) => doing is null ? null : doing with { Said = Masked(doing.Said, secrets), Tool = Masked(doing.Tool, secrets) };

    private static string? Masked(string? text, Secrets secrets) => text is null ? null : secrets.Mask(text);
}
