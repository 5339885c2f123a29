using Tutti.Core.Views;

namespace Tutti.Terminal;

/// <summary>The lines that stand over and under a session's tasks.</summary>
public static class Headings
{
    /// <summary>How far the session is: <c>[████░░░░] 45%  2/5 done  12m 03s</c>.</summary>
    public static Line Bar(SessionView session, TotalsView totals, int width, Look look)
    {
        var text = $" {session.Progress}%  {totals.Done}/{totals.Total} done  {Amounts.Duration(session.ElapsedSeconds)}";
        var bar = look.Bar(session.Progress, Math.Clamp(width - text.Length - 2, 4, 40));
        var tone = totals.Done == totals.Total ? Tone.Good : totals.Failed + totals.Blocked + totals.NeedsAttention > 0 ? Tone.Warn : Tone.Busy;
        return new Line(new Piece("["), new Piece(bar, tone), new Piece("]"), new Piece(text, Tone.Strong));
    }

    /// <summary>Why the session does not simply go on, if it does not.</summary>
    public static IEnumerable<Line> Trouble(SessionView session, int width, Look look)
    {
        var why = session switch
        {
            { Status: ShownStatus.Stale } => "stale: nothing conducts it any more; 'tutti resume' takes it up",
            { Gate: { } gate, EndedAt: null } => $"nothing new starts: {gate}",
            { Reason: { } reason } => reason.Message,
            { Status: ShownStatus.Paused, EndedAt: null } => "paused: what runs goes on, nothing new starts",
            _ => null,
        };
        return why is null ? [] : [Line.Row(look, new Cell(why, Tone.Warn, width))];
    }

    /// <summary>The collisions that are foreseen, a line each, the first of them.</summary>
    public static IEnumerable<Line> Collisions(IReadOnlyList<CollisionView> collisions, int most, int width, Look look)
    {
        var shown = collisions.Count <= most ? collisions.Count : Math.Max(0, most - 1);
        foreach (var collision in collisions.Take(shown))
            yield return Line.Row(look, new Cell($"! {collision.Message}", Tone.Warn, width));
        if (shown < collisions.Count)
            yield return Line.Row(look, new Cell($"! {(shown > 0 ? "and " : "")}{collisions.Count - shown} {(shown > 0 ? "more collisions" : "collisions foreseen")}: 'tutti status issues'", Tone.Warn, width));
    }

    /// <summary>The counts that are not zero, the time left, the cost; on as many lines as it needs.</summary>
    public static IEnumerable<Line> Counts(TotalsView totals, TimeSpan? eta, int width, Look look)
    {
        var parts = new[]
        {
            Part(totals.Running, "running", Tone.Busy),
            Part(totals.Pending, "waiting", Tone.Plain),
            Part(totals.Failed, "failed", Tone.Bad),
            Part(totals.Blocked, "blocked", Tone.Bad),
            Part(totals.NeedsAttention, totals.NeedsAttention == 1 ? "needs attention" : "need attention", Tone.Warn),
            Part(totals.Cancelled, "cancelled", Tone.Dim),
            eta is { } left ? new Piece($"about {Amounts.Duration(left)} left") : null,
            totals.Tokens.Total > 0 ? new Piece($"{Amounts.Tokens(totals.Tokens.Total)} tokens", Tone.Dim) : null,
            totals.CostUsd is { } usd ? new Piece(Amounts.Usd(usd)) : null,
        };
        var pieces = new List<Piece>();
        var used = 0;
        foreach (var part in parts.OfType<Piece>())
        {
            if (pieces.Count > 0 && used + 3 + part.Text.Length > width)
            {
                yield return new Line([.. pieces]);
                pieces.Clear();
                used = 0;
            }

            if (pieces.Count > 0)
                pieces.Add(new Piece($" {look.Dot} ", Tone.Dim));
            pieces.Add(part);
            used += part.Text.Length + (used > 0 ? 3 : 0);
        }

        if (pieces.Count > 0)
            yield return new Line([.. pieces]);
    }

    private static Piece? Part(int count, string word, Tone tone) => count == 0 ? null : new Piece($"{count} {word}", tone);
}
