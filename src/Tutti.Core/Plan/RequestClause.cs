namespace Tutti.Core.Plan;

/// <summary>
/// Decides whether a request is cut at a place. English leaves much open ("search and update notifications"), so the rule
/// is: a cut between clauses needs a task's verb behind it and a whole task before it; in doubt the parts stay together, since
/// one agent can do two things, but two agents should not do halves of one.
/// </summary>
internal static class RequestClause
{
    private const int MostText = 300; // characters looked at on each side of a cut
    private const int MostFillers = 8;
    private const int ShortItem = 6; // words of an item in a list without verbs

    private static readonly string[] Subjects = ["can", "should", "must", "is", "are", "was", "will", "has", "have", "does", "doesn't", "needs", "may", "fails", "isn't", "can't"];
    private static readonly string[] Infinitives = ["to", "can", "must", "should", "that", "which", "who", "lets", "let", "could", "will"];

    /// <summary>Cut here?</summary>
    /// <param name="before">The part so far, from its beginning.</param>
    /// <param name="clause">What stands between the last full stop and the cut.</param>
    /// <param name="after">What stands behind the cut, up to the end of the line at most.</param>
    /// <param name="kind">What stands at the cut.</param>
    /// <param name="isList">The sentence is a list without verbs: "user auth, payment fixes, docs".</param>
    public static bool IsCut(string before, string clause, string after, CutKind kind, bool isList)
    {
        var right = Opening(after);
        if (right.Count == 0 || RequestText.Words(before, 2).TrueForAll(RequestWords.Fillers.Contains)) // ", and | then please …"
            return false;
        var opensTask = RequestWords.IsVerb(right[0]) || right[0] is "don't" or "do";
        return kind switch
        {
            CutKind.Line => !RequestWords.Leaders.Contains(right[0]),
            CutKind.Sentence => opensTask || (!OpensWithVerb(before) && !RequestWords.Leaders.Contains(right[0])),
            CutKind.Then => !RequestWords.Leaders.Contains(right[0]) && !IsSubordinate(clause),
            _ => isList || IsCutInside(clause, right, kind),
        };
    }

    /// <summary>Is this sentence a list of things without verbs? Its items are then cut at commas, and at the last "and".</summary>
    public static bool IsList(string sentence)
    {
        var items = sentence.Split(", ", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return items.Length > 1 && Array.TrueForAll(items, item =>
        {
            var words = Opening(item);
            return words.Count is > 0 and <= ShortItem
                && !RequestWords.Leaders.Contains(words[0])
                && !RequestWords.Verbs.Contains(words[0])
                && !words.Exists(word => Subjects.Contains(word))
                && !(RequestWords.MaybeVerbs.Contains(words[0]) && words.Count > 1);
        });
    }

    private static bool IsCutInside(string clause, List<string> right, CutKind kind)
    {
        var left = Opening(clause);
        if (left.Count == 0 || IsSubordinate(clause) || IsEnumerating(clause))
            return false;
        if (left.TrueForAll(word => RequestWords.IsVerb(word) || word is "and" or "&")) // "design and implement the page": one object
            return false;
        if (!OpensWithVerb(clause) && left.Exists(word => Subjects.Contains(word))) // "users can log in and update profiles"
            return false;
        if (right.Count > 1 && right[1] is "it" or "them" or "those" && RequestKind.Of($"{right[0]} it") == WorkKind.Feature) // "find the bugs and fix them"
            return false;
        if (EndsInVerb(left) || (kind == CutKind.And && HasInfinitive(left)))
            return false;
        return RequestWords.Verbs.Contains(right[0]) || (RequestWords.MaybeVerbs.Contains(right[0]) && IsUsedAsVerb(left, right, kind));
    }

    // "document the API" and, behind a comma, "review code"; but "search, filter options" is one list.
    private static bool IsUsedAsVerb(List<string> left, List<string> right, CutKind kind) =>
        right.Count > 1
        && (RequestWords.Determiners.Contains(right[1])
            || (kind == CutKind.Comma && right[1] is not ("and" or "or" or "&") && !RequestWords.MaybeVerbs.Contains(left[^1])));

    // "…to create and delete users", "create, update": the verb shares the object that comes later.
    private static bool EndsInVerb(List<string> left) =>
        RequestWords.Verbs.Contains(left[^1]) && left.Count > 1 && (Infinitives.Contains(left[^2]) || left[^2] is "and" or "or" or "users" || RequestWords.IsVerb(left[^2]));

    private static bool HasInfinitive(List<string> left)
    {
        for (var i = 1; i + 1 < left.Count; i++)
        {
            if (left[i] is "that" or "which" or "who" or "where" or "so" || (Infinitives.Contains(left[i]) && RequestWords.IsVerb(left[i + 1])))
                return true;
        }

        return false;
    }

    private static bool IsSubordinate(string clause) => Opening(clause) is { Count: > 0 } words && RequestWords.Leaders.Contains(words[0]);

    private static bool IsEnumerating(string clause)
    {
        var end = clause.TrimEnd(' ', ',');
        return end.EndsWith("e.g.", StringComparison.OrdinalIgnoreCase) || end.EndsWith("i.e.", StringComparison.OrdinalIgnoreCase)
            || end.EndsWith("such as", StringComparison.OrdinalIgnoreCase) || end.EndsWith("including", StringComparison.OrdinalIgnoreCase) || end.EndsWith(':');
    }

    private static bool OpensWithVerb(string text) => Opening(text) is { Count: > 0 } words && RequestWords.IsVerb(words[0]);

    // The words of a text behind its fillers.
    private static List<string> Opening(string text)
    {
        var rest = text.AsSpan(0, Math.Min(text.Length, MostText)).TrimStart().ToString();
        for (var left = MostFillers; left > 0 && RequestPart.Strip(rest, out _) is { } stripped; left--)
            rest = stripped;
        return RequestText.Words(rest);
    }
}
