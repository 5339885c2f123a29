using System.Collections.Frozen;

namespace Tutti.Core.Plan;

/// <summary>
/// One claimed path or glob, cut into segments; null stands for <c>**</c>, any number of folders.
/// <code>
/// src/auth/**    everything below src/auth
/// src/auth       the same: a claim need not say whether it is a file or a folder
/// src/login.cs   one file, by its ending; src/login.cs/ would be a folder
/// *.md           Markdown files anywhere, as in .gitignore, since it names no folder
/// src/{a,b}/*.cs braces are expanded
/// app/[id]/x.ts  read both as a class and as it stands
/// ./src\auth     as src/auth; lib/../src is src
/// </code>
/// </summary>
internal sealed class ClaimPattern
{
    // Beyond these a pattern is taken to claim everything: for claims a wrong yes costs time, a wrong no costs work.
    private const int MaxLength = 1024;
    private const int MaxAlternatives = 64;

    // Were src/login.cs taken for a possible folder, it would overlap *.md, and hardly any two claims could run at once.
    // Only well-known endings: src/Tutti.Core is a folder.
    private static readonly FrozenSet<string> FileEndings = (
        "bash c cc cfg cjs conf cpp cs cshtml csproj css csv cts dart env ex exs fs fsproj gif go gradle graphql h hpp htm html ico ini ipynb java jpeg jpg js json jsonc jsonl jsx "
        + "kt kts less lock log lua m md mdx mjs mm mts pdf php pl png prisma props proto ps1 py pyi r razor rb rs rst sass scala scss sh sln slnx sql svelte svg swift targets tf "
        + "toml ts tsx txt vb vue webp xml yaml yml zig").Split(' ').ToFrozenSet(StringComparer.Ordinal);

    private readonly GlobSegment?[] _segments;

    private ClaimPattern(GlobSegment?[] segments) => _segments = segments;

    /// <summary>The readings of one pattern; none when it is blank.</summary>
    public static IEnumerable<ClaimPattern> Parse(string pattern)
    {
        var text = pattern.Trim().Replace('\\', '/');
        if (text.Length == 0)
            return [];
        return Alternatives(text).SelectMany(Readings);
    }

    /// <summary>Could one path fit both?</summary>
    public bool Overlaps(ClaimPattern other) => StarTable.Meet(
        _segments.Length,
        other._segments.Length,
        i => _segments[i] is null,
        j => other._segments[j] is null,
        (i, j) => _segments[i]!.Overlaps(other._segments[j]!));

    /// <summary>Does this path fit?</summary>
    public bool Matches(string[] path) =>
        StarTable.Meet(_segments.Length, path.Length, i => _segments[i] is null, _ => false, (i, j) => _segments[i]!.Matches(path[j]));

    private static IEnumerable<ClaimPattern> Readings(string text)
    {
        yield return Read(text, classes: true);
        if (text.Contains('['))
            yield return Read(text, classes: false);
    }

    private static ClaimPattern Read(string text, bool classes)
    {
        if (Normalize(text) is not { Count: > 0 } names)
            return new ClaimPattern([null]);
        var segments = new List<GlobSegment?>();
        foreach (var name in names)
            Append(segments, name, classes);
        if (names.Count == 1 && !text.Contains('/') && segments[0] is { IsLiteral: false })
            segments.Insert(0, null);
        if (text.EndsWith('/') || (segments[^1] is { IsLiteral: true } && !IsFileName(names[^1])))
            segments.Add(null);
        return new ClaimPattern([.. segments]);
    }

    private static bool IsFileName(string name) => name.LastIndexOf('.') is var dot and > 0 && FileEndings.Contains(name[(dot + 1)..]);

    private static void Append(List<GlobSegment?> segments, string name, bool classes)
    {
        if (name.StartsWith("**", StringComparison.Ordinal) && name.Trim('*').Length > 0 && !name.TrimStart('*').Contains("**"))
        {
            // `**.ts`: some tools let it cross folders, some do not; crossing is the wider reading.
            segments.Add(null);
            segments.Add(GlobSegment.Parse("*" + name.TrimStart('*'), classes));
        }
        else
        {
            segments.Add(name.Contains("**") ? null : GlobSegment.Parse(name, classes));
        }
    }

    // Resolves `.` and `..` by name. Null: a `..` after a wildcard could lead anywhere. A leading `..` stays: outside the
    // repository two claims can still be the same place.
    private static List<string>? Normalize(string text)
    {
        var names = new List<string>();
        foreach (var name in text.Split('/'))
        {
            if (name is "" or ".")
                continue;
            if (name != ".." || names.Count == 0 || names[^1] == "..")
                names.Add(name);
            else if (names[^1].AsSpan().IndexOfAny("*?[") >= 0)
                return null;
            else
                names.RemoveAt(names.Count - 1);
        }

        return names;
    }

    // Expands the first innermost `{a,b}` again and again; `{id}` without a comma is a name.
    private static List<string> Alternatives(string text)
    {
        if (text.Length > MaxLength)
            return ["**"];
        var done = new List<string>();
        var open = new Stack<string>([text]);
        while (open.TryPop(out var next))
        {
            if (done.Count + open.Count >= MaxAlternatives)
                return ["**"];
            if (FindBraces(next) is not var (start, end))
            {
                done.Add(next);
                continue;
            }

            foreach (var choice in next[(start + 1)..end].Split(','))
                open.Push(string.Concat(next.AsSpan(0, start), choice, next.AsSpan(end + 1)));
        }

        return done;
    }

    private static (int Start, int End)? FindBraces(string text)
    {
        var start = -1;
        var comma = false;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '{')
                (start, comma) = (i, false);
            else if (text[i] == ',')
                comma = start >= 0;
            else if (text[i] == '}' && comma)
                return (start, i);
            else if (text[i] == '}')
                (start, comma) = (-1, false);
        }

        return null;
    }
}
