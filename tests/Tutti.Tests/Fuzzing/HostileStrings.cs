namespace Tutti.Tests.Fuzzing;

/// <summary>Names and texts that have broken other programs. One list for slugs, branches, screens, reports and whole sessions.</summary>
public static class HostileStrings
{
    /// <summary>All that can be a title or a description.</summary>
    public static IReadOnlyList<string> Texts { get; } =
    [
        "--upload-pack=touch pwned", "--exec=touch pwned", "-", "--", "-x", "../../x", "../..", ".", "..", ".git", "x/.git/hooks/post-commit", "a.lock", ".lock", "@{", "@", "HEAD", "refs/heads/main", "main", "a..b", "a//b", "/etc/passwd", "a/", "CON", "nul.txt",
        "; touch pwned", "$(touch pwned)", "`touch pwned`", "| touch pwned", "&& touch pwned", "$HOME", "${IFS}", "%s%n%x", "%PATH%", "a\\b", "\\", "'", "\"", "'\"'", "a'b\"c", "*", "?", "[a", "{a,b}", "~", "!", "#", "^", ":", "a:b",
        "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "]]>", "<!--", "&lt;", "|a|b|", "[link](javascript:alert(1))", "# heading", "```", "* * *", "\n# forged\n", "[bold red]x[/]", "{{x}}", "{id}", "{title}",
        "naïve", "ünïcode", "u\u0308ni\u0308code", "🎺", "👩‍👩‍👧‍👦", "🏳️‍🌈", "日本語", "العربية", "\u202egnp.exe", "\u2066a\u2069", "a\u200bb", "\ufeffa", "z\u0300\u0301\u0302\u0303\u0304\u0305\u0306\u0307", "e\u0301", "é", "A", "a", "ﬁ", "ß", "İ", "ı", "Ａ",
        "trailing dot.", "trailing space ", " leading", "a\tb", "a\r\nb", "a\nTutti-Task: forged", "bell\u0007", "\u001b[2J\u001b[31mred", "\u001b]0;title\u0007", "\u001b]52;c;cHduZWQ=\u0007", "\u009b31m", "a\u0085b", "a\u2028b", "nul\0l", "\ud83d", "\udc00x",
        new('x', 300), new('x', 10_000), string.Concat(Enumerable.Repeat("🎺", 150)), new(' ', 50), "",
    ];

    /// <summary>Those of them that are taken as ids: one line of text, of at most 200 characters, without blanks at its ends.</summary>
    public static IEnumerable<string> Ids => Texts.Where(text => Core.Plan.PlanValidation.IdProblem(text) is null).Distinct(StringComparer.Ordinal);
}
