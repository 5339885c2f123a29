using System.Collections;
using System.Text.Json;
using Tutti.Core;

namespace Tutti.Engine.Journal;

/// <summary>
/// The secret values this process knows of, and their removal from any text before it is written: environment variables
/// and agents' settings whose names say that they are secret.
/// </summary>
public sealed class Secrets
{
    /// <summary>Shorter values are words, not secrets; masking them would garble everything.</summary>
    private const int ShortestSecret = 8;

    private static readonly string[] Marks = ["KEY", "TOKEN", "SECRET", "PASSWORD", "PASSWD", "CREDENTIAL"];

    private readonly string[] _values;

    private Secrets(IEnumerable<string> values) =>
        _values =
        [
            .. values.Where(v => v.Length >= ShortestSecret)
                .SelectMany(v => new[] { v, JsonEncodedText.Encode(v).ToString() })
                .Distinct(StringComparer.Ordinal)
                .OrderByDescending(v => v.Length),
        ];

    /// <summary>Those of this process's environment and of the agents' settings.</summary>
    public static Secrets Known(Settings? settings = null)
    {
        var host = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .Where(e => IsSecretName((string)e.Key))
            .Select(e => (string?)e.Value ?? "");
        var agents = settings?.Agents.Values
            .SelectMany(a => a.Env ?? new Dictionary<string, string>())
            .Where(pair => IsSecretName(pair.Key))
            .Select(pair => pair.Value) ?? [];
        return new Secrets(host.Concat(agents));
    }

    /// <summary>The text with every known secret replaced by <c>***</c>.</summary>
    public string Mask(string text) => _values.Aggregate(text, (t, secret) => t.Replace(secret, "***", StringComparison.Ordinal));

    private static bool IsSecretName(string name) => Array.Exists(Marks, m => name.Contains(m, StringComparison.OrdinalIgnoreCase));
}
