using System.Security.Cryptography;
using System.Text;

namespace Tutti.Engine.Git.Work;

/// <summary>The refs that keep every attempt's head reachable: <c>refs/tutti/SESSION/TASK/ATTEMPT</c> (PITFALLS P22).</summary>
public static class AttemptRef
{
    /// <summary>Everything Tutti keeps in a repository lies below this.</summary>
    public const string Root = "refs/tutti/";

    private const string Before = "target-before";
    private const int SegmentLimit = 80;

    /// <summary>The ref of one attempt; any task id gives a valid and distinct name.</summary>
    public static string For(string session, string task, int attempt) => $"{Of(session)}{Segment(task)}/{attempt}";

    /// <summary>The prefix of all refs of a session, with its last slash.</summary>
    public static string Of(string session) => $"{Root}{Segment(session)}/";

    /// <summary>Where the target stood before the session.</summary>
    public static string TargetBefore(string session) => $"{Of(session)}{Before}";

    /// <summary>The same of every session whose id begins so, as a pattern of <c>git for-each-ref</c>.</summary>
    public static string TargetsBefore(string begin) => $"{Root}{begin}*/{Before}";

    /// <summary>The session that such a ref is of.</summary>
    public static string SessionOf(string targetBefore) => targetBefore[Root.Length..^(Before.Length + 1)];

    /// <summary>
    /// One path segment that git and file systems take: <c>[A-Za-z0-9._-]</c>, no dots in bad places. What had to be changed
    /// carries a hash of the original, so that two ids never meet ("a b" and "a-b"; "Auth" and "auth" on a file system without case).
    /// </summary>
    public static string Segment(string text)
    {
        var slug = new StringBuilder(Math.Min(text.Length, SegmentLimit));
        foreach (var c in text.AsSpan(0, Math.Min(text.Length, SegmentLimit)))
            slug.Append(char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '_' or '.' ? c : char.IsAsciiLetter(c) ? char.ToLowerInvariant(c) : '-');
        slug.Replace("..", "--");
        if (slug.Length > 0 && slug[0] is '.' or '-')
            slug[0] = '_';
        if (slug.Length > 0 && slug[^1] == '.')
            slug[^1] = '_';
        var safe = slug.ToString();
        if (safe.Length > 0 && safe == text && !safe.EndsWith(".lock", StringComparison.Ordinal) && safe != Before)
            return safe;
        return $"{safe}{(safe.Length > 0 ? "-" : "")}{Hash(text)}";
    }

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 4));
}
