using System.Globalization;
using System.Text;

namespace Tutti.Tests.Fuzzing;

/// <summary>
/// Every reader of something from outside gets broken input: it has to answer or to refuse with a place, and neither hang nor swallow
/// memory. <c>TUTTI_FUZZ_SEEDS=N</c> tries N seeds of each; <c>TUTTI_FUZZ_SEED=S</c> replays one and prints its input.
/// </summary>
public class FuzzTests
{
    private const int DefaultSeeds = 800;

    // Against a hang only; one try takes far less than a millisecond, so that this never decides anything else.
    private static readonly TimeSpan Hang = TimeSpan.FromMinutes(2);

    public static TheoryData<string> Names => [.. FuzzTargets.All.Select(t => t.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task It_answers_or_refuses_with_a_place(string name)
    {
        var target = FuzzTargets.All.Single(t => t.Name == name);
        foreach (var sample in target.Samples)
            Assert.True(target.Try(sample) is not { } wrong || !wrong.StartsWith("threw", StringComparison.Ordinal), $"{name} cannot read its own sample: {target.Try(sample)}");
        var (first, count) = Seeds(target);
        var running = new StrongBox(first);
        var tries = Task.Run(() => Tries(target, first, count, running), TestContext.Current.CancellationToken);
        if (await Task.WhenAny(tries, Task.Delay(Hang * Math.Max(1, count / 1_000), TestContext.Current.CancellationToken)) != tries)
            Assert.Fail($"{name} hangs with TUTTI_FUZZ_SEED={Volatile.Read(ref running.Seed)}");
        if (await tries is { } problem)
            Assert.Fail(problem);
    }

    private static string? Tries(FuzzTarget target, int first, int count, StrongBox running)
    {
        for (var seed = first; seed < first + count; seed++)
        {
            Volatile.Write(ref running.Seed, seed);
            var input = new Mutator(seed, target.Samples).Next();
            if (count == 1)
                TestContext.Current.TestOutputHelper?.WriteLine(Shown(input));
            if (target.Try(input) is { } wrong)
                return $"{target.Name}, TUTTI_FUZZ_SEED={seed}: {wrong}\ninput of {input.Length} bytes: {Shown(input)}";
        }

        return null;
    }

    private static (int First, int Count) Seeds(FuzzTarget target)
    {
        int? Number(string variable) => int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : null;
        return Number("TUTTI_FUZZ_SEED") is { } one ? (one, 1) : (1, (int)(target.Weight * (Number("TUTTI_FUZZ_SEEDS") ?? DefaultSeeds)));
    }

    private static string Shown(byte[] input)
    {
        const int most = 1_500;
        var text = Encoding.UTF8.GetString(input.AsSpan(0, Math.Min(input.Length, most)));
        return string.Concat(text.Select(c => char.IsControl(c) && c != '\n' ? $"\\x{(int)c:x2}" : c.ToString())) + (input.Length > most ? "…" : "");
    }

    private sealed class StrongBox(int seed)
    {
        public int Seed = seed;
    }
}
