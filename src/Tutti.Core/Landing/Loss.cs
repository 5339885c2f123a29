using Tutti.Core.Session;

namespace Tutti.Core.Landing;

/// <summary>Whose contribution a resolution has lost.</summary>
public enum LossSide
{
    /// <summary>The side merged onto.</summary>
    Ours,

    /// <summary>The side brought in.</summary>
    Theirs,

    /// <summary>Both sides have it.</summary>
    Both,

    /// <summary>Nobody's: the resolution itself is defective.</summary>
    Neither,
}

/// <summary>What kind of thing is lost.</summary>
public enum LossKind
{
    /// <summary>A line that a side added or changed is not in the result.</summary>
    Line,

    /// <summary>A line that neither side touched is not in the result.</summary>
    Context,

    /// <summary>A line that a side deleted is back.</summary>
    Deletion,

    /// <summary>A file that a side added, changed or kept is not in the result.</summary>
    File,

    /// <summary>A file that a side deleted is back.</summary>
    FileDeletion,

    /// <summary>A file does not have the name that a side gave it.</summary>
    Rename,

    /// <summary>The executable bit is not as a side set it.</summary>
    Mode,

    /// <summary>A side's file, link or submodule is something of another type.</summary>
    Type,

    /// <summary>A link does not lead where a side pointed it.</summary>
    Link,

    /// <summary>A submodule is not at the commit to which a side moved it.</summary>
    Submodule,

    /// <summary>A file that is no text, or too large to read, does not have a side's content.</summary>
    Binary,

    /// <summary>A conflict marker was left behind.</summary>
    Marker,
}

/// <summary>One thing that a resolution does not hold although it should.</summary>
/// <param name="Path">Where: in the result, or on the side where the result has nothing of it.</param>
/// <param name="Side">Whose it was.</param>
/// <param name="Kind">What it was.</param>
/// <param name="Fact">The line's text, or what should be so, in a few words.</param>
/// <param name="Line">1-based line in the side's file (in the result's for markers and deletions); null for anything but lines.</param>
public sealed record Loss(string Path, LossSide Side, LossKind Kind, string Fact, int? Line = null)
{
    /// <summary>The word by which a resolution names it, for anything but lines.</summary>
    public string Word => Kind switch
    {
        LossKind.FileDeletion => "deletion",
        _ => Kind.ToString().ToLowerInvariant(),
    };

    /// <summary>True where what names it is the line itself.</summary>
    public bool IsLine => Kind is LossKind.Line or LossKind.Context or LossKind.Deletion;

    /// <summary>One line for people.</summary>
    public string Said
    {
        get
        {
            var side = Side switch { LossSide.Ours => "ours", LossSide.Theirs => "theirs", LossSide.Both => "both sides", _ => "nobody" };
            var at = Line is { } line ? $"{Path}:{line}" : Path;
            return Kind switch
            {
                LossKind.Line => $"{at}: a line of {side} is missing: {Fact.Trim()}",
                LossKind.Context => $"{at}: a line that neither side touched is missing: {Fact.Trim()}",
                LossKind.Deletion => $"{at}: a line that {side} deleted is back: {Fact.Trim()}",
                LossKind.Marker => $"{at}: a conflict marker is left: {Fact.Trim()}",
                _ => $"{at}: {Word} of {side}: {Fact}",
            };
        }
    }
}

/// <summary>What a resolution says it has dropped on purpose.</summary>
/// <param name="What"><c>PATH: LINE</c> (several lines below each other after the colon), or <c>PATH: WORD</c> with a <see cref="Loss.Word"/>.</param>
/// <param name="Why">The reason; without one nothing is named.</param>
public sealed record Dropped(string What, string Why)
{
    /// <summary>The topic of the decisions of a stage's result (SPEC 6) that name what was dropped.</summary>
    public const string Topic = "dropped";

    /// <summary>What the decisions of a result name; those without a reason name nothing.</summary>
    public static IReadOnlyList<Dropped> Of(IEnumerable<AgentDecision> decisions) =>
    [
        .. decisions
            .Where(d => string.Equals(d.Topic.Trim(), Topic, StringComparison.OrdinalIgnoreCase) && !string.IsNullOrWhiteSpace(d.Why))
            .Select(d => new Dropped(d.Choice, d.Why!)),
    ];

    /// <summary>True where this names that loss. Markers cannot be named: nobody wants them.</summary>
    public bool Names(Loss loss)
    {
        if (loss.Kind == LossKind.Marker || string.IsNullOrWhiteSpace(Why) || !What.StartsWith(loss.Path + ":", StringComparison.Ordinal))
            return false;
        var named = What[(loss.Path.Length + 1)..];
        if (!loss.IsLine)
            return string.Equals(named.Trim(), loss.Word, StringComparison.OrdinalIgnoreCase);
        var key = TextLine.Key(loss.Fact);
        return key.Length > 0 && named.Split('\n').Any(line => TextLine.Key(line) == key);
    }
}

/// <summary>What the check of a resolution has found.</summary>
/// <param name="Losses">At most <see cref="Kept"/> of what is lost and not named.</param>
/// <param name="Count">All of it.</param>
/// <param name="Named">What is lost, and named with a reason.</param>
/// <param name="Notes">What is not lost but elsewhere.</param>
public sealed record LossReport(IReadOnlyList<Loss> Losses, int Count, IReadOnlyList<NamedLoss> Named, IReadOnlyList<string> Notes)
{
    /// <summary>More losses than this are counted, not kept.</summary>
    public const int Kept = 200;

    /// <summary>True where nothing is lost without having been named.</summary>
    public bool IsWhole => Count == 0;

    /// <summary>The same with what is named taken out of what is lost.</summary>
    internal static LossReport Of(IReadOnlyList<Loss> all, IReadOnlyList<Dropped> dropped, IReadOnlyList<string> notes)
    {
        var named = new List<NamedLoss>();
        var lost = new List<Loss>();
        foreach (var loss in all)
        {
            if (dropped.FirstOrDefault(d => d.Names(loss)) is { } by)
                named.Add(new NamedLoss(loss, by.Why));
            else
                lost.Add(loss);
        }

        return new LossReport([.. lost.Take(Kept)], lost.Count, [.. named.Take(Kept)], notes);
    }
}

/// <summary>A loss that the resolution owns up to.</summary>
/// <param name="Loss">What is lost.</param>
/// <param name="Why">Its reason.</param>
public sealed record NamedLoss(Loss Loss, string Why);
