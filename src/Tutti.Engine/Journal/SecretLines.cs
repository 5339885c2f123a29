namespace Tutti.Engine.Journal;

/// <summary>Masks a text that comes line by line: a private key goes on over many of them, none of which looks like a secret by itself.</summary>
/// <param name="secrets">What is masked in each line.</param>
public sealed class SecretLines(Secrets secrets)
{
    // Lines; the longest RSA key has about a hundred. What never ends is no key.
    private const int LongestKey = 400;

    private int _left;

    /// <summary>The next line, without its line feed.</summary>
    public string Mask(string line)
    {
        if (_left > 0)
        {
            _left = line.Contains("-----END ", StringComparison.Ordinal) ? 0 : _left - 1;
            return "***";
        }

        if (line.Contains("PRIVATE KEY", StringComparison.Ordinal) && line.LastIndexOf("-----BEGIN ", StringComparison.Ordinal) > line.LastIndexOf("-----END ", StringComparison.Ordinal))
            _left = LongestKey;
        return secrets.Mask(line);
    }
}
