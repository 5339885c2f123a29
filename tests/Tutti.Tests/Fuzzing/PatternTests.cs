using System.Reflection;
using System.Text.RegularExpressions;
using Tutti.Engine.Journal;
using Tutti.Terminal;

namespace Tutti.Tests.Fuzzing;

/// <summary>
/// Patterns look at a text in time linear in its length, since whoever writes the text may mean harm. They have no limit by the clock: a busy
/// or stopped machine runs into one, and a conductor among 50 did.
/// </summary>
public sealed class PatternTests
{
    private const int Long = 20_000;

    // Some ten thousand times what it takes; what grows with the square takes longer.
    private static readonly TimeSpan Generous = TimeSpan.FromSeconds(10);

    private static readonly string[] Pumps = [" ", "\t", "\n", "a", "A", "1", "-", "_", ".", "\\", "\\\\", "{", "]", "\"", "(", "a ", "1.", "1h", "]\n", "a-", "\\n"];

    private static readonly IReadOnlyList<(string Name, Regex Pattern)> All = [.. typeof(SessionFolder).Assembly.GetTypes()
        .Concat(typeof(Outlet).Assembly.GetTypes())
        .SelectMany(type => type.GetMethods(BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
        .Where(method => method.GetCustomAttribute<GeneratedRegexAttribute>() is not null)
        .Select(method => ($"{method.DeclaringType!.Name}.{method.Name}", (Regex)method.Invoke(null, null)!))];

    [Fact]
    public void No_pattern_has_a_limit_by_the_clock() =>
        Assert.All(All, item => Assert.True(item.Pattern.MatchTimeout == Regex.InfiniteMatchTimeout, item.Name));

    [Fact]
    public void A_text_made_to_be_slow_is_not()
    {
        Assert.InRange(All.Count, 20, 100);
        foreach (var (name, pattern) in All)
        {
            var limited = new Regex(pattern.ToString(), pattern.Options & ~RegexOptions.Compiled, Generous);
            foreach (var text in Texts(pattern.ToString()))
                Assert.True(Record.Exception(() => limited.Count(text)) is null, $"{name} takes more than linear time on {text[..40]}…");
        }
    }

    [Fact]
    public async Task Secrets_are_looked_for_in_linear_time_too()
    {
        var words = new[] { "token", "password", "authorization: ", "bearer ", "\"secret\"", "sk-", "eyJ", "://", "://a:", "-----BEGIN ", "-----BEGIN PRIVATE KEY-----", "hooks.slack.com/services/A", "Q~", ":AA", "AccountKey=", "SG." };
        var texts = words.SelectMany(word => Pumps.SelectMany(pump => Around(word, pump))).ToList();
        await Task.Run(() => texts.ForEach(text => SecretFormats.Hide(text)), TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromMinutes(2), TestContext.Current.CancellationToken);
    }

    private static IEnumerable<string> Texts(string pattern)
    {
        var words = Regex.Matches(pattern, @"[A-Za-z][A-Za-z -]{2,}").Select(match => match.Value).Concat(["", "1", "{", "\"code\"", "[API Error: "]).Distinct();
        return words.SelectMany(word => Pumps.SelectMany(pump => Around(word, pump)));
    }

    private static string[] Around(string word, string pump) =>
        [word + Repeated(pump) + "\u0001", Repeated(word + pump) + "\u0001", word + "=" + Repeated(pump) + "\u0001", word + ":" + Repeated(pump) + "<"];

    private static string Repeated(string text) => string.Concat(Enumerable.Repeat(text, Long / text.Length));
}
