using System.Text;

namespace Tutti.Engine.Git.Landing;

/// <summary>The bytes of a commit, where they are beyond doubt: as <c>git commit-tree</c> would write them, so that the id is the same.</summary>
internal static class CommitObject
{
    private const int LongestTime = 10;

    /// <summary>
    /// The text of a commit object; null where git would change, refuse or have to look up something, which is then left to <c>commit-tree</c>.
    /// <code>
    /// tree ID
    /// parent ID
    /// author Ada Lovelace &lt;ada@example.org&gt; 1763726400 +0100
    /// committer Ada Lovelace &lt;ada@example.org&gt; 1763726400 +0100
    ///
    /// Message
    /// </code>
    /// </summary>
    /// <param name="tree">Full id of its tree, which must exist.</param>
    /// <param name="parents">Full ids, which must exist.</param>
    /// <param name="identity">As <see cref="CommitIdentity.Environment"/> gives it.</param>
    /// <param name="message">Ends with a line break.</param>
    public static string? Text(string tree, IReadOnlyList<string> parents, IReadOnlyDictionary<string, string> identity, string message)
    {
        var author = Person("AUTHOR", identity);
        var committer = Person("COMMITTER", identity);
        if (author is null || committer is null || !ObjectId.IsFull(tree) || !parents.All(ObjectId.IsFull))
            return null;
        // Git drops a parent that is named twice, refuses NUL, and cannot be given half a character.
        if (parents.Distinct(StringComparer.Ordinal).Count() != parents.Count || message.Contains('\0') || !IsWhole(message))
            return null;
        return $"tree {tree}\n{string.Concat(parents.Select(p => $"parent {p}\n"))}author {author}\ncommitter {committer}\n\n{message}";
    }

    private static string? Person(string role, IReadOnlyDictionary<string, string> identity)
    {
        var (name, email, date) = (identity[$"GIT_{role}_NAME"], identity[$"GIT_{role}_EMAIL"], identity[$"GIT_{role}_DATE"]);
        return IsPlain(name) && IsPlain(email) && IsPlainDate(date) ? $"{name} <{email}> {date[1..]}" : null;
    }

    // Git strips punctuation and blanks from both ends of a name, and angle brackets and line breaks anywhere; which, differs by version.
    private static bool IsPlain(string text) =>
        text.Length > 0 && IsWhole(text) && IsKept(text[0]) && IsKept(text[^1]) && !text.Any(c => c is '<' or '>' || char.IsControl(c));

    private static bool IsKept(char c) => char.IsLetterOrDigit(c) || c is '(' or ')' or '[' or ']';

    private static bool IsWhole(string text) => !text.Any(char.IsSurrogate) || Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)) == text;

    // "@1763726400 +0100"
    private static bool IsPlainDate(string date)
    {
        if (date.Length < 8 || date[0] != '@' || date[^6] != ' ' || date[^5] is not ('+' or '-'))
            return false;
        var (time, zone) = (date[1..^6], date[^4..]);
        return time.Length <= LongestTime && time.All(char.IsAsciiDigit) && (time == "0" || time[0] != '0')
            && zone.All(char.IsAsciiDigit) && string.CompareOrdinal(zone, "1400") <= 0 && zone[2] < '6' && !(zone == "0000" && date[^5] == '-');
    }
}
