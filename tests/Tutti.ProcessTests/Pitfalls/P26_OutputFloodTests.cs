using System.Globalization;
using Tutti.ProcessTests.Support;

namespace Tutti.ProcessTests.Pitfalls;

/// <summary>P26: output floods, binary output, invalid UTF-8, one line of 50 MB.</summary>
public class P26_OutputFloodTests
{
    private const long MostKilobytes = 300 * 1024;

    [Fact]
    public async Task Files_take_the_flood_and_the_conductor_s_memory_stays_flat()
    {
        await using var lab = new SessionLab();
        var run = lab.StartPlan("""
            tasks:
              - { id: flood, title: Flood, run: "yes 'a line of a flood that goes on and on' | head -c 200000000; echo f > f.txt; : > @OUT@/flooded" }
              - { id: line, title: One line, run: "head -c 50000000 /dev/zero | tr '\\0' x; echo l > l.txt" }
              - { id: binary, title: Binary, run: "head -c 3000000 /dev/urandom; printf '\\377\\376\\033[2J' >&2; echo b > b.txt" }
              - { id: waits, title: Waits, run: "while [ ! -f @OUT@/go ]; do sleep 0.05; done; echo w > w.txt" }
            """);
        await run.UntilAsync("the others have landed", () => lab.Sessions.Count > 0 && lab.Journaled() is { } state && state.Tasks.Values.Count(t => t.Landed is not null) == 3);
        var peak = File.ReadLines($"/proc/{await run.PidAsync()}/status").Single(line => line.StartsWith("VmHWM", StringComparison.Ordinal));
        lab.Mark("go");
        (await run.EndAsync()).Exits(0);
        Assert.InRange(long.Parse(peak.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture), 1, MostKilobytes);
    }

    [Fact]
    public async Task What_a_failed_agent_printed_last_is_told_without_what_a_terminal_would_obey()
    {
        await using var lab = new SessionLab(limits: "retries: 1");
        var plan = lab.Plan("tasks:\n  - { id: bad, title: Bad, run: \"printf 'x\\\\033[2J\\\\377\\\\r\\\\nwhy it failed\\\\n' >&2; exit 1\" }\n");
        var ran = (await lab.Start("run", "--plan", plan, "--display", "plain").EndAsync()).Exits(1);
        Assert.DoesNotContain('\u001b', ran.Stderr + ran.Result.Text);
        Assert.Contains("why it failed", ran.Failure("bad").Message + ran.Failure("bad").Detail);
    }
}
