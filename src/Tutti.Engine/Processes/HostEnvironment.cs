using System.Collections;
using System.Collections.Frozen;

namespace Tutti.Engine.Processes;

/// <summary>
/// The user's environment, cut down to what a child may see (SPEC 6). <c>GIT_*</c> never passes: a variable left over from
/// a hook or an IDE would point every git call at another repository.
/// </summary>
public static class HostEnvironment
{
    private static readonly FrozenSet<string> Passed = new[]
    {
        "PATH", "HOME", "USER", "LOGNAME", "LANG", "LC_ALL", "LC_CTYPE", "TERM", "SHELL", "TMPDIR", "TZ",
        "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_RUNTIME_DIR", "SSH_AUTH_SOCK", "GNUPGHOME", "GPG_TTY",
        "http_proxy", "https_proxy", "no_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY",
        "SSL_CERT_FILE", "SSL_CERT_DIR", "NODE_EXTRA_CA_CERTS", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE",
    }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>The named set from the user's environment, plus variables whose name starts with one of <paramref name="prefixes"/>.</summary>
    public static Dictionary<string, string> Base(params ReadOnlySpan<string> prefixes)
    {
        var kept = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (DictionaryEntry entry in Environment.GetEnvironmentVariables())
        {
            var name = (string)entry.Key;
            if (Passed.Contains(name) || StartsWithAny(name, prefixes))
                kept[name] = (string?)entry.Value ?? "";
        }

        return kept;
    }

    private static bool StartsWithAny(string name, ReadOnlySpan<string> prefixes)
    {
        foreach (var prefix in prefixes)
        {
            if (name.StartsWith(prefix, StringComparison.Ordinal) && !name.StartsWith("GIT_", StringComparison.Ordinal))
                return true;
        }

        return false;
    }
}
