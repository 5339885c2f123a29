using System.Buffers;
using System.Text;
using System.Text.RegularExpressions;

namespace Tutti.Engine.Journal;

/// <summary>
/// Finds secrets that nobody has named, by the look of them: keys with their maker's prefix, tokens, private keys, and values behind
/// names such as <c>password=</c>. Works on plain text and on text inside JSON, whose escapes it neither cuts nor crosses.
/// </summary>
internal static partial class SecretFormats
{
    // A character of a value inside or outside JSON: of base64 or the like, or one that JSON writes as \u00XX.
    private const string Char = @"(?:[A-Za-z0-9+/=._~-]|\\u00(?:2[Bb]|3[Dd]))";

    // The same for a password, which may hold nearly anything; two backslashes are one, but where JSON within JSON goes on.
    private const string Any = @"(?:[^\s""'\\,;<>()\[\]{}]|\\u00(?:2[Bb6]|3[CcDdEe])|\\\\(?!u00|[nrt""'\\]))";

    // Everything that repeats is bounded: each beginning in a text of nothing but beginnings is looked at no further than this.
    private const string Value = Any + "{8,1000}";

    private const string Quote = @"(?:\\{0,4}[""']|\\{1,4}u00(?:22|27))";

    // Where a private key's body ends: at its last line, or where the text has been cut.
    private const string PemBody = @"(?:[A-Za-z0-9+/=:, .-]|[\r\n\t]|\\[nrt]|\\u00(?:2[Bb]|3[Dd]))";

    private static readonly Dictionary<string, Rule> ByPrefix = Prefixes();
    private static readonly SearchValues<string> PrefixSearch = SearchValues.Create([.. ByPrefix.Keys], StringComparison.Ordinal);

    private static readonly SearchValues<string> NameSearch = SearchValues.Create(
        ["password", "passwd", "passphrase", "pwd", "secret", "token", "api_key", "apikey", "api-key", "access_key", "accesskey", "account_key", "accountkey", "private_key", "signing_key", "encryption_key", "master_key", "auth_key", "credential", "authorization", "bearer"],
        StringComparison.OrdinalIgnoreCase);

    /// <summary>The text with what looks like a secret replaced; the very same string where there is nothing.</summary>
    public static string Hide(string text) => Replaced(Replaced(text, PrefixSearch, Prefixed, ThreeStars), NameSearch, Named, ThreeStars);

    /// <summary>Only what is surely one by its form.</summary>
    public static string HidePrefixed(string text) => Replaced(text, PrefixSearch, Prefixed, ThreeStars);

    /// <summary>The same as <see cref="Hide"/>, but as long as it was: an asterisk for each character.</summary>
    public static string Cover(string text) => Replaced(Replaced(text, PrefixSearch, Prefixed, Stars), NameSearch, Named, Stars);

    private static string ThreeStars(int length) => "***";

    private static string Stars(int length) => new('*', length);

    private static Range? Prefixed(string text, int at)
    {
        foreach (var (prefix, rule) in ByPrefix)
        {
            if (string.CompareOrdinal(text, at, prefix, 0, prefix.Length) == 0 && rule.Find(text, at) is { } found)
                return found;
        }

        return null;
    }

    private static Range? Named(string text, int at) =>
        Found((text[at] is 'a' or 'A' or 'b' or 'B' ? Header() : NamedValue()).Match(text, at)) ?? (text[at] is 'a' or 'A' ? Found(NamedValue().Match(text, at)) : null);

    private static Range? Found(Match match)
    {
        if (!match.Success)
            return null;
        var value = match.Groups["value"];
        return value.Index..(value.Index + value.Length);
    }

    private static string Replaced(string text, SearchValues<string> search, Func<string, int, Range?> find, Func<int, string> mask)
    {
        StringBuilder? masked = null;
        var copied = 0;
        for (var at = Next(text, search, 0); at >= 0; at = Next(text, search, at))
        {
            if (find(text, at) is not { } secret)
            {
                at++;
                continue;
            }

            masked ??= new StringBuilder(text.Length);
            var start = Math.Max(secret.Start.Value, copied);
            masked.Append(text, copied, start - copied).Append(mask(secret.End.Value - start));
            copied = secret.End.Value;
            at = Math.Max(copied, at + 1);
        }

        return masked is null ? text : masked.Append(text, copied, text.Length - copied).ToString();
    }

    private static int Next(string text, SearchValues<string> search, int from)
    {
        if (from >= text.Length)
            return -1;
        var found = text.AsSpan(from).IndexOfAny(search);
        return found < 0 ? -1 : from + found;
    }

    /// <summary>How a secret with a known prefix goes on.</summary>
    /// <param name="Pattern">Matches from the prefix on; a group <c>value</c> is all that is hidden, where there is one.</param>
    /// <param name="Before">Matches what belongs to it before the prefix, up to it; null where it begins with the prefix.</param>
    /// <param name="InWord">The prefix may stand behind a letter.</param>
    private sealed record Rule(Lazy<Regex> Pattern, Lazy<Regex>? Before = null, bool InWord = false)
    {
        public Range? Find(string text, int at)
        {
            var start = at;
            if (Before is not null)
            {
                // Looked for in the few characters that can belong to it, not in all of the text.
                var from = Math.Max(0, at - 12);
                var before = Before.Value.Match(text[from..at]);
                if (!before.Success)
                    return null;
                start = from + before.Index;
            }

            if (!InWord && !Begins(text, start))
                return null;
            var match = Pattern.Value.Match(text, at);
            if (!match.Success)
                return null;
            var value = match.Groups["value"];
            return value.Success ? value.Index..(value.Index + value.Length) : start..(match.Index + match.Length);
        }
    }

    // Not in the middle of a word. "\n" and "\u0022" before it are JSON's way to write a line feed and a quote.
    private static bool Begins(string text, int at) =>
        at == 0
        || !char.IsAsciiLetterOrDigit(text[at - 1])
        || (at >= 2 && text[at - 2] == '\\' && text[at - 1] is 'n' or 'r' or 't' or 'b' or 'f')
        || (at >= 6 && text[at - 6] == '\\' && text[at - 5] == 'u' && IsHex(text.AsSpan(at - 4, 4)));

    private static bool IsHex(ReadOnlySpan<char> text)
    {
        foreach (var c in text)
        {
            if (!char.IsAsciiHexDigit(c))
                return false;
        }

        return true;
    }

    // {"password": "hunter2hunter2"}, DB_PASSWORD=hunter2hunter2, --token hunter…, token: a1b2c3d4e5. Unquoted behind a colon or a
    // blank, a word without a digit is taken for prose: "token: refreshing". What begins like a path or a variable is neither.
    [GeneratedRegex(
        @"\G(?:password|passwd|passphrase|pwd|secret|token|api[_-]?key|access_?key|account_?key|private_key|signing_key|encryption_key|master_key|auth_key|credential)s?(?:[_-](?:access|key|token|value|secret|base|string|admin|root|user|\d{1,9})){0,4}"
        + "(?:"
        + Quote + @"\s{0,20}(?:=>|:=|[:=])\s{0,20}" + Quote + @"(?<value>(?>" + Value + @")(?![(\[]))(?=" + Quote + ")"
        + @"|=" + Quote + @"?(?<value>(?![/~.$*\\&|!=])(?>" + Value + @")(?![(\[]))"
        + @"|\s{0,20}(?:=>|:=|[:=])\s{0,20}" + Quote + @"(?<value>(?>" + Value + @")(?![(\[]))(?=" + Quote + ")"
        + @"|\s{0,20}(?:=>|:=|[:=]|\s)\s{0,20}(?<value>(?![/~.$*\\&|!=])(?=" + Any + @"{0,200}[A-Za-z])(?=" + Any + @"{0,200}\d)(?>" + Value + @")(?![(\[]))"
        + ")",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex NamedValue();

    // Authorization: Bearer abc…, "authorization":"Basic dXNlcjpwYXNz", bearer abc….
    [GeneratedRegex(
        @"\G(?:authorization" + Quote + @"?\s{0,20}[:=]\s{0,20}" + Quote + @"?(?:(?:bearer|basic|digest|token|apikey|negotiate)\s{1,20})?(?<value>(?!bearer|basic|digest|token)" + Char + @"{8,4000})|bearer\s{1,20}(?<value>(?=" + Char + @"{0,200}\d)" + Char + "{16,4000}))",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Header();

    private static Dictionary<string, Rule> Prefixes()
    {
        var rules = new Dictionary<string, Rule>(StringComparer.Ordinal);
        void Add(string tail, params string[] prefixes)
        {
            foreach (var prefix in prefixes)
                rules.Add(prefix, new Rule(Compiled(Regex.Escape(prefix) + tail)));
        }

        // A digit tells a key of Anthropic, OpenAI and their like from a name with dashes.
        Add(@"(?=[A-Za-z_-]{0,200}\d)[A-Za-z0-9_-]{20,}", "sk-");
        Add(@"[A-Za-z0-9]{10,}", "sk_live_", "sk_test_", "rk_live_", "rk_test_");
        Add(Char + "{20,}", "whsec_");
        Add(@"[A-Za-z0-9_.-]{30,}", "ghp_", "gho_", "ghu_", "ghs_", "ghr_");
        Add(@"[A-Za-z0-9_]{22,}", "github_pat_");
        Add(@"[A-Za-z0-9_.=-]{20,}", "glpat-", "gldt-", "glrt-", "glptt-", "glsoat-", "glcbt-", "glft-");
        Add(@"(?:xox)?[a-z]?[.-][A-Za-z0-9.-]{10,}", "xox", "xapp");
        Add(@"[A-Z0-9]{9,}/[A-Z0-9]{9,}/[A-Za-z0-9]{20,}", "hooks.slack.com/services/");
        Add(@"[A-Z0-9]{16}(?![A-Za-z0-9])", "AKIA", "ASIA", "ABIA", "ACCA");
        Add(@"[A-Za-z0-9_-]{30,}", "AIza", "GOCSPX-", "ya29.");
        Add(@"[A-Za-z0-9]{30,}", "npm_", "hf_", "gsk_", "r8_", "figd_", "sbp_", "rubygems_", "lin_api_", "ntn_", "dckr_pat_", "xai-", "pplx-");
        Add(@"[A-Za-z0-9_-]{40,}", "pypi-", "tvly-", "sntrys_", "glsa_", "glc_", "ATATT3", "pscale_tkn_");
        Add(@"[A-Za-z0-9_-]{8,2000}(?:\.[A-Za-z0-9_-]*){1,4}", "eyJ");
        Add(@"[A-Za-z0-9_-]{16,200}\.[A-Za-z0-9_-]{16,200}", "SG.");
        Add(@"[0-9a-f]{40,}", "dop_v1_", "doo_v1_", "dor_v1_");
        Add(@"[0-9a-f]{32}(?:-\d)?(?![A-Za-z0-9])", "dapi", "SK", "key-");
        Add(@"[0-9a-fA-F]{32}", "shpat_", "shpss_", "shpca_", "shppa_");
        Add(@"[A-Za-z0-9_-]{24,}", "hvs.", "hvb.", "dp.pt.", "NRAK-", "PMAK-", "HRKU-", "CCIPAT_", "AGE-SECRET-KEY-");
        Add(@"(?<value>" + Char + "{40,})", "AccountKey=", "SharedAccessKey=");
        Add(@"(?<value>[A-Za-z0-9%+/=]{40,})", "sig=");
        Add(@"[A-Z0-9 ]{0,20}PRIVATE KEY(?: BLOCK)?-----(?:" + PemBody + @"{1,20000}?-----END [A-Z0-9 ]{0,20}PRIVATE KEY(?: BLOCK)?-----|" + PemBody + "*)", "-----BEGIN ");
        // https://user:password@host; a variable in its place is no secret.
        rules.Add("://", new Rule(Compiled(@"://[^\s/:@""'\\<>]{0,200}:(?<value>[^\s/@""'\\<>${*][^\s/@""'\\<>]{0,1000})@"), InWord: true));
        rules.Add("Q~", new Rule(Compiled(@"Q~[A-Za-z0-9_~.-]{31,34}"), Compiled(@"[A-Za-z0-9_~.-]{3}\d\z", anchored: false)));
        rules.Add(":AA", new Rule(Compiled(@":AA[A-Za-z0-9_-]{32,}"), Compiled(@"(?<!\d)\d{8,10}\z", anchored: false)));
        return rules;
    }

    // Built where its prefix is met, which for most never is; interpreted ones are built faster than compiled.
    private static Lazy<Regex> Compiled(string pattern, bool anchored = true) =>
        new(() => new Regex((anchored ? @"\G" : "") + "(?:" + pattern + ")", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture));
}
