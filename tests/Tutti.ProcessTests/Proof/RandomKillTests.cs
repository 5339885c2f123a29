using System.Globalization;

namespace Tutti.ProcessTests.Proof;

/// <summary>
/// The conductor is killed at a moment that nobody has chosen, by the clock and not by a place in its code. <c>TUTTI_PROOF_KILLS</c> says
/// how often (CI: 6; <c>make proof</c>: 100), <c>TUTTI_PROOF_SEED</c> which moments. Whatever moment it is, the end must be the same, so the test does
/// not depend on how fast the machine is.
/// </summary>
public class RandomKillTests
{
    // A session of the story takes about as long; what is killed later has mostly ended.
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(3);

    private static int Number(string variable, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var number) ? number : otherwise;

    [Fact]
    public async Task Killed_at_any_moment_the_session_comes_to_the_same_end()
    {
        var seed = Number("TUTTI_PROOF_SEED", 1);
        var (chance, kills) = (new Random(seed), 0);
        while (kills < Number("TUTTI_PROOF_KILLS", 6))
        {
            await using var story = new Story();
            for (var life = 0; life < 4 && !story.Ended; life++)
            {
                var run = story.Conduct();
                await Task.WhenAny(Task.Delay(Longest * chance.NextDouble()), run.PlainEndAsync());
                if (!run.HasEnded)
                    kills++;
                await run.CrashAsync();
            }

            if (!story.Ended)
                (await story.Conduct().EndAsync()).Exits(0);
            story.AssertAsIfNothingHadHappened();
        }
    }
}
