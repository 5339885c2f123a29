using System.Collections;
using System.Text;
using System.Text.Json;
using Tutti.Core;

namespace Tutti.Engine.Journal;

/// <summary>
/// Takes secrets out of any text before it is written or shown: the values this process knows of (environment variables and
/// agents' settings whose names say that they are secret), and whatever looks like one (<see cref="SecretFormats"/>).
/// </summary>
public sealed class Secrets
{
    /// <summary>Shorter values are words, not secrets; masking them would garble everything.</summary>
    private const int ShortestSecret = 8;

    private static readonly string[] Marks = ["TOKEN", "SECRET", "PASSWORD", "PASSWD", "PASSPHRASE", "CREDENTIAL"];

    private static readonly Lazy<Secrets> OnlyProcess = new(() => Known());

    private readonly IReadOnlyList<string> _given;
    private readonly string[] _values;

    private Secrets(IReadOnlyList<string> given)
    {
        _given = given;
        _values =
        [
            .. given.Where(IsSecretValue)
                .SelectMany(v => new[] { v, JsonEncodedText.Encode(v).ToString(), Uri.EscapeDataString(v) })
                .Distinct(StringComparer.Ordinal)
                .OrderByDescending(v => v.Length),
        ];
    }

    /// <summary>Those of this process's environment, read once: for whoever shows or keeps text and knows no settings.</summary>
    public static Secrets OfProcess => OnlyProcess.Value;

    /// <summary>Those of this process's environment and of the agents' settings.</summary>
    public static Secrets Known(Settings? settings = null)
    {
        var host = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .Where(e => IsSecretName((string)e.Key))
            .Select(e => (string?)e.Value ?? "");
        return new Secrets([.. host, .. settings is null ? [] : Of(settings)]);
    }

    /// <summary>These, and those of further agents' settings.</summary>
    public Secrets And(Settings settings) => new([.. _given, .. Of(settings)]);

    private static IEnumerable<string> Of(Settings settings) =>
        settings.Agents.Values.SelectMany(a => a.Env ?? new Dictionary<string, string>()).Where(pair => IsSecretName(pair.Key)).Select(pair => pair.Value);

    /// <summary>The text with every secret replaced by <c>***</c>; the very same string where it holds none.</summary>
    public string Mask(string text) => SecretFormats.Hide(MaskValues(text));

    private string MaskValues(string text) => Without(_values, text, _ => "***");

    private static string Without(IEnumerable<string> values, string text, Func<string, string> mask)
    {
        foreach (var value in values)
        {
            // Looked for first: most texts hold none, and are not to be copied.
            if (text.Contains(value, StringComparison.Ordinal))
                text = text.Replace(value, mask(value), StringComparison.Ordinal);
        }

        return text;
    }

    /// <summary>Overwrites every secret in UTF-8 text with asterisks, byte for byte: nothing moves, and what is no UTF-8 stays what it is.</summary>
    public void Cover(Span<byte> text)
    {
        var was = Encoding.Latin1.GetString(text);
        var now = SecretFormats.Cover(Without(_values.Select(v => Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(v))), was, v => new string('*', v.Length)));
        if (!ReferenceEquals(was, now))
            Encoding.Latin1.GetBytes(now, text);
    }

    /// <summary>The text without the known values and what is surely a secret by its form; a value behind <c>password=</c> stays.</summary>
    public string MaskSure(string text) => SecretFormats.HidePrefixed(MaskValues(text));

    /// <summary>Nothing that is written to the journal from here on holds a secret.</summary>
    public void Guard(JournalWriter journal)
    {
        journal.Guarded = this;
        journal.Mask = Mask;
        journal.MaskOrders = MaskSure;
    }

    // MONKEY and KEYBOARD are none: the word itself ends in KEY, as API_KEY and APIKEY do, and is not half of a public pair.
    internal static bool IsSecretName(string name) =>
        Array.Exists(Marks, m => name.Contains(m, StringComparison.OrdinalIgnoreCase))
        || (name.Split('_') is var words
            && !words.Contains("PUBLIC", StringComparer.OrdinalIgnoreCase)
            && words.Any(w => w.Equals("KEY", StringComparison.OrdinalIgnoreCase) || w.EndsWith("APIKEY", StringComparison.OrdinalIgnoreCase)));

    // A variable such as TOKEN_FILE holds a place: masking that would hide every path below it, and a journal without its paths cannot
    // be taken up.
    private static bool IsSecretValue(string value) =>
        value.Length >= ShortestSecret && !(Path.IsPathRooted(value) && Path.Exists(value));
}
