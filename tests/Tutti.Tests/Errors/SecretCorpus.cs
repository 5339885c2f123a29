namespace Tutti.Tests.Errors;

/// <summary>A text that holds a secret.</summary>
/// <param name="Kind">Whose key it is.</param>
/// <param name="Text">As an agent may print it.</param>
/// <param name="Secret">What of it must never be written.</param>
public sealed record SecretSample(string Kind, string Text, string Secret)
{
    public override string ToString() => Kind;
}

/// <summary>
/// Keys of many makers, none of them real. They are put together here from pieces, so that no scanner of secrets takes this file for a leak.
/// </summary>
public static class SecretCorpus
{
    private const string Mixed = "aB3dE5gH7jK9mN1pQ3rS5tU7vW9xY1zA3bC5dE7fG9hJ1kL3mN5pQ7rS9tU1vW3xY5z";
    private const string Hex = "0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0";
    private const string Upper = "Q7W3E9R1T5Y2U8I4O6P0";

    private static readonly string Base64 = $"{Mixed[..60]}+/{Mixed[..20]}+x==";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<SecretSample> All { get; } = [.. Keys(), .. Named(), .. Blocks()];

    private static IEnumerable<SecretSample> Keys()
    {
        yield return Key("anthropic", "sk", "-ant-api03-", Mixed[..60]);
        yield return Key("anthropic admin", "sk", "-ant-admin01-", Mixed[..40]);
        yield return Key("openai", "sk", "-", Mixed[..48]);
        yield return Key("openai project", "sk", "-proj-", $"{Mixed[..30]}_{Mixed[..30]}");
        yield return Key("openrouter", "sk", "-or-v1-", Hex);
        yield return Key("stripe", "sk", "_live_", Mixed[..24]);
        yield return Key("stripe restricted", "rk", "_test_", Mixed[..24]);
        yield return Key("github personal", "ghp", "_", Mixed[..36]);
        yield return Key("github oauth", "gho", "_", Mixed[..36]);
        yield return Key("github app", "ghs", "_", Mixed[..36]);
        yield return Key("github fine-grained", "github", "_pat_", $"{Mixed[..22]}_{Mixed[..59]}");
        yield return Key("gitlab", "gl", "pat-", Mixed[..20]);
        yield return Key("slack bot", "xo", "xb-", $"123456789012-1234567890123-{Mixed[..24]}");
        yield return Key("slack user", "xo", "xp-", $"123456789012-1234567890123-{Mixed[..24]}");
        yield return Key("slack hook", "hooks.slack", ".com/services/", $"T{Upper[..10]}/B{Upper[..10]}/{Mixed[..24]}");
        yield return Key("aws id", "AK", "IA", Upper[..16]);
        yield return Key("google", "AI", "za", Mixed[..35]);
        yield return Key("google client", "GOC", "SPX-", Mixed[..30]);
        yield return Key("npm", "np", "m_", Mixed[..36]);
        yield return Key("pypi", "py", "pi-", $"AgEIcHlwaS5vcmc{Mixed[..60]}");
        yield return Key("hugging face", "h", "f_", Mixed[..34]);
        yield return Key("sendgrid", "S", "G.", $"{Mixed[..22]}.{Mixed[..43]}");
        yield return Key("digitalocean", "do", "p_v1_", Hex);
        yield return Key("databricks", "da", "pi", Hex[..32]);
        yield return Key("twilio", "S", "K", Hex[..32]);
        yield return Key("mailgun", "ke", "y-", Hex[..32]);
        yield return Key("shopify", "shp", "at_", Hex[..32]);
        yield return Key("vault", "hv", "s.", Mixed[..40]);
        yield return Key("groq", "gs", "k_", Mixed[..52]);
        yield return Key("telegram", "123456789", ":AA", Mixed[..33]);
        yield return Key("azure client", "abc8", "Q~", Mixed[..34]);
        yield return Key("jwt", "ey", "J", $"hbGciOiJIUzI1NiJ9.eyJ{Mixed[..30]}.{Mixed[..43]}");
        yield return Key("age", "AGE-SECRET", "-KEY-", $"1{Upper}{Upper}{Upper[..18]}");
    }

    private static IEnumerable<SecretSample> Named()
    {
        yield return In("aws secret", "AWS_SECRET_ACCESS" + "_KEY=", Base64[..40]);
        yield return In("azure storage", "DefaultEndpointsProtocol=https;AccountName=x;Account" + "Key=", Base64);
        yield return In("basic auth", "https://user:", "hunter2", "@example.com/repo.git");
        yield return In("basic auth of a token", "https://x-access-token:", Mixed[..30], "@example.com/repo.git");
        yield return In("bearer", "Authorization: " + "Bearer ", Mixed[..40]);
        yield return In("basic header", "authorization: " + "Basic ", Base64[..30]);
        yield return In("header in JSON", "{\"Authorization\": \"" + "Bearer ", Mixed[..40], "\"}");
        yield return In("password=", "pass" + "word=", "correcthorse!battery");
        yield return In("DB_PASSWORD", "export DB_PASS" + "WORD=", "correct-horse-7", " ./run");
        yield return In("password: quoted", "pass" + "word: \"", "correct#horse", "\"");
        yield return In("token:", "tok" + "en: ", "a1b2c3d4e5f6");
        yield return In("--token", "--tok" + "en ", "a1b2c3d4e5f6", " --verbose");
        yield return In("api key in JSON", "{\"api" + "_key\":\"", "zx81zx81zx81", "\"}");
        yield return In("client secret in JSON", "{\"client" + "_secret\": \"", "abcdefghijk", "\", \"x\": 1}");
        yield return In("passphrase", "PASS" + "PHRASE='", "three.blind.mice", "'");
        yield return In("in a query", "https://example.com/?access_tok" + "en=", "abcdefghijkl", "&page=2");
        yield return In("connection string", "Server=db;User Id=sa;P" + "wd=", "S3cret!pass", ";Encrypt=true");
    }

    private static IEnumerable<SecretSample> Blocks()
    {
        foreach (var kind in new[] { "", "RSA ", "EC ", "OPENSSH ", "ENCRYPTED " })
        {
            var body = string.Join('\n', Enumerable.Repeat(Base64[..64], 6));
            var mark = kind + "PRIV" + "ATE KEY-----";
            yield return In($"pem {kind}".Trim(), "the key:\n", $"-----BEGIN {mark}\n{body}\n-----END {mark}", "\nand after it");
        }
    }

    private static SecretSample Key(string kind, string start, string prefix, string rest) => In(kind, "the key is ", start + prefix + rest, ", as said");

    private static SecretSample In(string kind, string before, string secret, string after = "") => new(kind, before + secret + after, secret);
}
