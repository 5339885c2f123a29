using System.Diagnostics;
using System.Globalization;

namespace Tutti.Bench;

/// <summary>
/// Fifty agents with structured streams that print 200 lines a second each, for a minute: what the conductor holds and what it costs. They
/// print Claude Code's lines, each with a message, its usage and a tool, so that every line is looked into.
/// </summary>
internal static class FloodBench
{
    private const int Agents = 50;
    private const int Seconds = 60;

    // 20 lines ten times a second; a file is written, so that there is something to land. Perl comes with every git.
    private const string Flood = """
        $| = 1;
        my ($n, $id) = (0, "flood-$$");
        print qq({"type":"system","subtype":"init","session_id":"$id","model":"claude-sonnet-4-5"}\n);
        for my $tick (1 .. 10 * $ARGV[0]) {
            my $out = "";
            for (1 .. 20) {
                $n++;
                $out .= qq({"type":"assistant","message":{"id":"m$n","model":"claude-sonnet-4-5","content":[{"type":"text","text":"line $n of a long story about what is being done"},{"type":"tool_use","id":"t$n","name":"Bash","input":{"command":"echo $n"}}],"usage":{"input_tokens":3,"cache_read_input_tokens":5,"output_tokens":1}},"session_id":"$id"}\n);
            }
            print $out;
            select(undef, undef, undef, 0.1);
        }
        open(my $file, ">", "flood-$ENV{TUTTI_TASK}.txt"); print $file "done\n"; close($file);
        print qq({"type":"result","subtype":"success","is_error":false,"result":"done","total_cost_usd":0.01,"usage":{"input_tokens":3,"output_tokens":1}}\n);
        """;

    public static async Task<IReadOnlyList<Row>> RunAsync()
    {
        using var scratch = new Scratch();
        var folder = await scratch.RepositoryAsync("repo", 400);
        var (plan, script) = (Path.Combine(scratch.Root, "plan.yaml"), Path.Combine(scratch.Root, "flood.pl"));
        await File.WriteAllTextAsync(script, Flood);
        await File.WriteAllLinesAsync(plan, ["version: 1", "tasks:", .. Enumerable.Range(1, Agents).Select(i => $"  - {{id: t{i}, title: Task {i}}}")]);
        await File.WriteAllTextAsync(
            Path.Combine(folder, ".tutti.yaml"),
            $"limits: {{memory_per_agent: 1MB}}\nworktrees: {{pool: 60}}\nroles: {{develop: claude, review: none, qa: none}}\nagents: {{claude: {{command: \"perl {script} {Seconds}\"}}}}\n");
        var run = scratch.RunAsync(folder, Scratch.Tutti, "run", "--plan", plan, "-m", $"{Agents}", "--display", "plain");
        var use = new ConductorUse(folder);
        while (!run.IsCompleted)
        {
            use.Look();
            await Task.WhenAny(run, Task.Delay(250));
        }

        await run;
        return
        [
            new Row($"conductor memory, {Agents} agents, 200 lines/s each", use.PeakMegabytes, null, 200, "MB"),
            new Row($"conductor CPU in that run, per cent of a core", use.PercentOfACore, null, 50, "%"),
        ];
    }
}

/// <summary>What the process that conducts in a folder uses.</summary>
internal sealed class ConductorUse(string folder)
{
    private TimeSpan _cpu;
    private TimeSpan _wall;

    /// <summary>Largest resident set so far.</summary>
    public double PeakMegabytes { get; private set; }

    /// <summary>Processor time against wall time, start and end included.</summary>
    public double PercentOfACore => _wall > TimeSpan.Zero ? 100 * _cpu / _wall : 0;

    /// <summary>Processor time so far.</summary>
    public TimeSpan Processor => _cpu;

    /// <summary>Looks once.</summary>
    public void Look()
    {
        foreach (var process in Process.GetProcessesByName("tutti").Where(IsHere))
        {
            using (process)
            {
                PeakMegabytes = Math.Max(PeakMegabytes, process.PeakWorkingSet64 / 1e6);
                (_cpu, _wall) = (process.TotalProcessorTime, DateTime.Now - process.StartTime);
            }
        }
    }

    private bool IsHere(Process process)
    {
        try
        {
            return Directory.ResolveLinkTarget(string.Create(CultureInfo.InvariantCulture, $"/proc/{process.Id}/cwd"), returnFinalTarget: false)?.FullName == folder;
        }
        catch (IOException)
        {
            // It ended meanwhile.
            return false;
        }
    }
}
