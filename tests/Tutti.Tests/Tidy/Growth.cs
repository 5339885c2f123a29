using System.Text.RegularExpressions;

namespace Tutti.Tests.Tidy;

/// <summary>
/// Functions over 70 lines and files over 500 (STYLE 3). What is over them today stands on a list with its size; the
/// list only shrinks: an entry that grows is a finding, and so is one that is no longer needed.
/// </summary>
public static partial class Growth
{
    public const int LongestFunction = 70;
    public const int LongestFile = 500;

    /// <summary>Files over the limit today, and how long they are.</summary>
    public static readonly IReadOnlyDictionary<string, int> LongFiles = new Dictionary<string, int>();

    /// <summary>Functions over the limit today, as <c>path name</c>, and how long they are.</summary>
    public static readonly IReadOnlyDictionary<string, int> LongFunctions = new Dictionary<string, int>();

    public static IEnumerable<Finding> CheckFile(SourceFile file, IReadOnlyDictionary<string, int> listed) =>
        Judge(file.Path, new Function("file", 1, Length(file)), LongestFile, file.Path, listed);

    public static IEnumerable<Finding> CheckFunctions(SourceFile file, IReadOnlyDictionary<string, int> listed) =>
        Functions(file).SelectMany(f => Judge(file.Path, f, LongestFunction, $"{file.Path} {f.Name}", listed));

    /// <summary>Entries of a list that stand for nothing any more.</summary>
    public static IEnumerable<Finding> Stale(IReadOnlyDictionary<string, int> listed, IEnumerable<string> over) =>
        listed.Keys.Except(over).Select(key => new Finding(key, 1, "is short now; take it off the list in Growth.cs"));

    /// <summary>A function's name, first line and number of lines, both braces included.</summary>
    public sealed record Function(string Name, int Line, int Lines);

    /// <summary>Each block that stands directly in a type: methods, constructors, properties with a body.</summary>
    public static IReadOnlyList<Function> Functions(SourceFile file)
    {
        var functions = new List<Function>();
        var open = new Stack<(bool IsType, string Header, int Start)>();
        var headerStart = 0;
        for (var i = 0; i < file.Code.Length; i++)
        {
            switch (file.Code[i])
            {
                case '{':
                    var header = file.Code[headerStart..i];
                    open.Push((TypeHeader().IsMatch(header), header, headerStart + header.Length - header.TrimStart().Length));
                    headerStart = i + 1;
                    break;
                case '}':
                    if (open.TryPop(out var block) && !block.IsType && open.TryPeek(out var parent) && parent.IsType && !IsData(block.Header))
                        functions.Add(new Function(NameOf(block.Header), file.LineAt(block.Start), file.LineAt(i) - file.LineAt(block.Start) + 1));
                    headerStart = i + 1;
                    break;
                case ';':
                    headerStart = i + 1;
                    break;
            }
        }

        return functions;
    }

    /// <summary>Lines of a file, without the empty one after its last line break.</summary>
    public static int Length(SourceFile file) => file.Text.TrimEnd('\n').Count(c => c == '\n') + 1;

    private static IEnumerable<Finding> Judge(string path, Function what, int limit, string key, IReadOnlyDictionary<string, int> listed)
    {
        var allowed = listed.TryGetValue(key, out var size) ? size : limit;
        if (what.Lines > allowed)
            yield return new Finding(path, what.Line, $"{what.Name} has {what.Lines} lines of at most {allowed}; find the part that has a name of its own");
    }

    // A field's initializer is a table, not a function: `= new() { … }` outside of any parentheses.
    private static bool IsData(string header) => Initializer().IsMatch(Parentheses().Replace(header, ""));

    private static string NameOf(string header) => MemberName().Match(header) is { Success: true } match ? match.Groups["name"].Value : header.Trim();

    [GeneratedRegex(@"\b(class|record|struct|interface|enum|namespace)\s+(?!where\b)\w|\bextension\s*[<(]", RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex TypeHeader();

    [GeneratedRegex(@"(?<![=!<>])=(?![=>])", RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex Initializer();

    [GeneratedRegex(@"\([^()]*\)", RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex Parentheses();

    [GeneratedRegex(@"(?<name>\w+)\s*(<[^()]*>)?\s*(\(|=>|$)", RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex MemberName();
}
