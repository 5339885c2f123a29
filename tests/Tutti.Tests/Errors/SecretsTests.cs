using System.Diagnostics;
using System.Text.Json;
using Tutti.Core;
using Tutti.Engine.Journal;

namespace Tutti.Tests.Errors;

public class SecretsTests
{
    // What must stay: a report without commits and paths helps nobody.
    private static readonly string[] Harmless =
    [
        "commit 0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c is on main",
        "e3b0c442-98fc-1c14-9afb-f4c8996fb924",
        "index 0123456..89abcde 100644",
        "/home/user/src/tokens/secret-store/password_reset.cs:12",
        "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAUAAAAFCAYAAACNbyblAAAAHElEQVQI12P4",
        "TG9yZW0gaXBzdW0gZG9sb3Igc2l0IGFtZXQsIGNvbnNlY3RldHVyIGFkaXBpc2NpbmcgZWxpdA==",
        "password: required",
        "fix the token: refreshing is broken",
        "{\"tokens\":{\"input\":123456789,\"output\":987654321}}",
        "\"input_tokens\":123456789,\"cached_tokens\":1234567890",
        "var password = getPassword(user);",
        "password=$DB_PASSWORD",
        "token: ${{ secrets.GITHUB_TOKEN }}",
        "https://example.com:8080/path?page=2",
        "https://user@example.com/repo.git",
        "git@github.com:owner/repo.git",
        "PWD=/home/user/project",
        "task-sk-learn-the-ropes-of-the-thing",
        "sk-learn-something-with-many-dashes-in-it",
        "the bearer authentication-middleware-layer",
        "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "feature/task-key-value-store",
        "refs/tutti/2026-11-26-001/auth/3",
        "A secret is a value that nobody else is to know.",
        "***",
        "password=***",
    ];

    public static TheoryData<SecretSample> Samples => [.. SecretCorpus.All];

    [Theory]
    [MemberData(nameof(Samples), DisableDiscoveryEnumeration = true)]
    public void A_key_is_masked_in_text_and_in_JSON_and_in_JSON_within_JSON(SecretSample sample)
    {
        var secrets = Secrets.Known();
        Assert.DoesNotContain(sample.Secret, secrets.Mask(sample.Text));
        Assert.Contains("***", secrets.Mask($"before\n{sample.Text}\nafter"));
        Assert.StartsWith("before\n", secrets.Mask($"before\n{sample.Text}\nafter"));
        Assert.EndsWith("\nafter", secrets.Mask($"before\n{sample.Text}\nafter"));

        var once = JsonSerializer.Serialize(new { x = 1, text = $"a\n{sample.Text}\nb", y = new[] { sample.Text, "z" } });
        var twice = JsonSerializer.Serialize(new { inner = once, after = 2 });
        Assert.DoesNotContain(sample.Secret, Unwrapped(secrets.Mask(once)).GetProperty("text").GetString());
        Assert.DoesNotContain(sample.Secret, Unwrapped(secrets.Mask(once)).GetProperty("y")[0].GetString());
        Assert.Equal("z", Unwrapped(secrets.Mask(once)).GetProperty("y")[1].GetString());
        var inner = Unwrapped(secrets.Mask(twice));
        Assert.Equal(2, inner.GetProperty("after").GetInt32());
        Assert.DoesNotContain(sample.Secret, Unwrapped(inner.GetProperty("inner").GetString()!).GetProperty("text").GetString());
    }

    [Fact]
    public void There_are_enough_kinds_of_them() => Assert.True(SecretCorpus.All.Select(s => s.Kind).Distinct(StringComparer.Ordinal).Count() >= 50);

    [Fact]
    public void What_is_masked_stays_as_it_is_when_it_is_masked_again()
    {
        var secrets = Secrets.Known();
        foreach (var sample in SecretCorpus.All)
            Assert.Equal(secrets.Mask(sample.Text), secrets.Mask(secrets.Mask(sample.Text)));
    }

    [Fact]
    public void Commits_paths_pictures_and_prose_stay_and_are_not_even_copied()
    {
        var secrets = Secrets.Known();
        Assert.All(Harmless, text => Assert.Same(text, secrets.Mask(text)));
    }

    [Fact]
    public void A_private_key_that_is_cut_off_is_masked_to_its_end()
    {
        var pem = SecretCorpus.All.First(s => s.Kind == "pem").Secret;
        Assert.Equal("x ***", Secrets.Known().Mask($"x {pem[..200]}"));
    }

    [Fact]
    public void A_private_key_that_comes_line_by_line_is_masked_to_its_end_and_no_further()
    {
        var pem = SecretCorpus.All.First(s => s.Kind == "pem RSA").Secret;
        var lines = new SecretLines(Secrets.Known());
        var masked = $"before\n{pem}\nafter".Split('\n').Select(lines.Mask).ToList();
        Assert.Equal(("before", "after"), (masked[0], masked[^1]));
        Assert.All(masked.Skip(1).SkipLast(1), line => Assert.Equal("***", line));
    }

    [Fact]
    public void Values_of_an_agents_settings_are_masked_whatever_they_look_like()
    {
        string[] values = ["only-words-here", "tab\there \"quoted\" <b>", "plus+slash/equals="];
        var names = new[] { "SOME_API_KEY", "MyToken", "DB_PASSPHRASE" };
        var settings = new Settings { Agents = new Dictionary<string, AgentEntry> { ["a"] = new("shell") { Env = names.Zip(values).ToDictionary(p => p.First, p => p.Second) } } };
        var secrets = Secrets.Known(settings);
        foreach (var value in values)
        {
            Assert.Equal("<***>", secrets.Mask($"<{value}>"));
            Assert.Equal("""{"x":"***"}""", secrets.Mask(JsonSerializer.Serialize(new { x = value })));
        }
    }

    [Theory]
    [InlineData("ANTHROPIC_API_KEY", true)]
    [InlineData("OPENAI_APIKEY", true)]
    [InlineData("KEY", true)]
    [InlineData("GH_TOKEN", true)]
    [InlineData("KEYBOARD_LAYOUT", false)]
    [InlineData("MONKEY", false)]
    [InlineData("SSH_PUBLIC_KEY", false)]
    [InlineData("PATH", false)]
    public void A_variables_name_says_whether_it_is_secret(string name, bool secret) => Assert.Equal(secret, Secrets.IsSecretName(name));

    [Fact]
    public void A_variable_that_names_an_existing_place_hides_no_paths()
    {
        var folder = Path.TrimEndingDirectorySeparator(Path.GetTempPath());
        var settings = new Settings { Agents = new Dictionary<string, AgentEntry> { ["a"] = new("shell") { Env = new Dictionary<string, string> { ["TOKEN_DIR"] = folder + "/" } } } };
        Assert.Equal($"in {folder}/x", Secrets.Known(settings).Mask($"in {folder}/x"));
    }

    // No clock decides here: a pattern that goes back and forth would take minutes, and its own time limit would throw.
    [Fact]
    public void Long_texts_of_beginnings_and_names_cost_no_more_than_their_length()
    {
        foreach (var piece in new[] { "sk-", "eyJ", "password=", "password", "token: ", "://:", "-----BEGIN ", "-----BEGIN PRIV" + "ATE KEY-----\n", "a\\", "Q~", ":AA", "Authorization: ", "\\\\", "\\u0022", "secret_key_" })
        {
            var text = string.Concat(Enumerable.Repeat(piece, 200_000 / piece.Length));
            var watch = Stopwatch.StartNew();
            _ = Secrets.Known().Mask(text);
            TestContext.Current.TestOutputHelper!.WriteLine($"{piece.Trim()} {watch.ElapsedMilliseconds} ms");
        }
    }

    [Fact]
    public void A_line_without_a_secret_allocates_nothing()
    {
        const string line = """{"seq":7,"at":"2026-11-21T09:30:00.0000000Z","type":"attempt.told","v":1,"data":{"task":"auth","number":1,"usage":{"input_tokens":1200,"output_tokens":90,"cost_usd":0.2}},"correlation":"auth","cause":6}""";
        var secrets = Secrets.Known();
        for (var i = 0; i < 100; i++)
            _ = secrets.Mask(line);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var watch = Stopwatch.StartNew();
        for (var i = 0; i < 10_000; i++)
            _ = secrets.Mask(line);
        var bytes = (GC.GetAllocatedBytesForCurrentThread() - before) / 10_000;
        TestContext.Current.TestOutputHelper!.WriteLine($"{watch.Elapsed.TotalMicroseconds / 10_000:0.00} µs a line, {bytes} bytes");
        Assert.InRange(bytes, 0, 1_000);
    }

    private static JsonElement Unwrapped(string json) => JsonDocument.Parse(json).RootElement;
}
