namespace Tutti.Core.Plan;

/// <summary>
/// Cuts a request into parts.
/// <code>
/// Implement user auth, fix payment bugs, update API docs
/// Add a login page and then write tests; deploy to staging.
/// Please do: 1) add login 2) fix the "save, then quit" bug in a.b.ts
/// - Add login            a list is cut as its writer cut it; what is indented belongs to the item
///   with OAuth, and send a mail
/// - Fix e.g. the parser
/// </code>
/// </summary>
internal static class RequestParts
{
    /// <summary>Most parts; the rest of a longer request stays with the last one.</summary>
    public const int Most = 64;

    // Characters on each side of a cut, a little more than RequestClause reads.
    private const int MostLooked = 400;

    // Characters; a longer request is a document, and is not cut.
    private const int Longest = 64 * 1024;

    public static IReadOnlyList<RequestPart> Of(string request)
    {
        var text = request.ReplaceLineEndings("\n").Trim();
        if (text.Length > Longest)
            return RequestPart.Parse(text, follows: false, fresh: true) is { } whole ? [whole] : [];
        var parts = new List<RequestPart>();
        foreach (var (block, isItem) in RequestBlocks.Of(text))
        {
            if (isItem)
                Add(parts, block, follows: false, fresh: true);
            else
                CutProse(parts, block);
        }

        return parts.Count <= Most ? parts : Bound(parts);
    }

    private static void CutProse(List<RequestPart> parts, string text)
    {
        var start = 0; // of the part
        var clause = 0; // behind the last full stop or line
        var fresh = true;
        var follows = false;
        var commas = 0;
        var cuts = RequestText.Cuts(text).ToList();
        var isList = RequestClause.IsList(Sentence(text, cuts, 0, 0));
        for (var i = 0; i < cuts.Count; i++)
        {
            var cut = cuts[i];
            var full = IsFull(cut);
            commas += cut.Kind == CutKind.Comma ? 1 : 0;
            var inList = isList && (cut.Kind == CutKind.Comma || commas > 0);
            if (parts.Count < Most && RequestClause.IsCut(Start(text, start, cut.At), Ends(text[clause..cut.At]), RestOfLine(text, cut.Next), cut.Kind, inList))
            {
                Add(parts, text[start..cut.At], follows, fresh);
                (start, clause) = (cut.Next, cut.Next);
                (fresh, follows) = (full, cut.Kind == CutKind.Then);
            }

            if (full)
            {
                (clause, commas) = (cut.Next, 0);
                isList = RequestClause.IsList(Sentence(text, cuts, i + 1, cut.Next));
            }
        }

        Add(parts, text[start..], follows, fresh);
    }

    private static void Add(List<RequestPart> parts, string text, bool follows, bool fresh)
    {
        if (RequestPart.Parse(text, follows, fresh) is { } part)
            parts.Add(part);
    }

    private static bool IsFull(Cut cut) => cut.Kind is CutKind.Sentence or CutKind.Line;

    // Up to the next full stop or line, without reading the text once more for each sentence.
    private static string Sentence(string text, List<Cut> cuts, int next, int start)
    {
        var full = cuts.FindIndex(next, IsFull);
        return text[start..(full < 0 ? text.Length : cuts[full].At)];
    }

    // No more than is looked at: a line of 60,000 characters with a comma every second one must not be copied for each.
    private static string RestOfLine(string text, int start)
    {
        var end = text.IndexOf('\n', start, Math.Min(MostLooked, text.Length - start));
        return Start(text, start, end < 0 ? text.Length : end);
    }

    private static string Ends(string clause) =>
        clause.Length <= 2 * MostLooked ? clause : string.Concat(clause.AsSpan(0, MostLooked), clause.AsSpan(clause.Length - MostLooked));

    private static string Start(string text, int start, int end) => text[start..Math.Min(end, start + MostLooked)];

    // Prose stops being cut at the limit; only long lists come here.
    private static List<RequestPart> Bound(List<RequestPart> parts)
    {
        var rest = string.Join('\n', parts.Skip(Most - 1).Select(part => part.Text));
        return [.. parts.Take(Most - 1), parts[Most - 1] with { Text = rest }];
    }
}
