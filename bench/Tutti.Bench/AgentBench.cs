using System.Text.Json.Nodes;
using ModelServer;
using Tutti.Engine.Journal;
using Tutti.Engine.Processes;

namespace Tutti.Bench;

/// <summary>
/// What Tutti adds to a headless run of a real agent that does nothing but say so: from the start of its attempt to its end, as the journal has
/// it, against the bare command line with the same model; alone, and four at once. The model answers at once, so that the agent's own time
/// is all there is. A second baseline is the very command line of Tutti's attempt with its prompt, started without Tutti: what is between the two
/// baselines is the agent's own, for an answer held to a schema and a longer prompt.
/// </summary>
internal static class AgentBench
{
    private const int Rounds = 5;

    private static readonly string[] All = ["claude", "codex", "opencode", "gemini"];

    public static async Task<IReadOnlyList<Row>> RunAsync()
    {
        // Where an agent is to answer in a schema it does; prose would only make it ask again.
        var obedient = new Obedient();
        await using var model = await ScriptedModel.StartAsync(request => request.Tools.Any(tool => tool.Name == "StructuredOutput") ? obedient.Reply(request) : new Say("Done."));
        var rows = new List<Row>();
        foreach (var agent in All.Where(agent => File.Exists(Program(agent))))
        {
            using var scratch = new Scratch();
            var folder = await PrepareAsync(scratch, agent, model.Url);
            rows.AddRange(await MeasureAsync(scratch, folder, agent, model.Url, 1, "one no-op run", 1.15));
            rows.AddRange(await MeasureAsync(scratch, folder, agent, model.Url, 4, "four no-op runs at once", 1.1));
        }

        if (rows.Count == 0)
            Console.Error.WriteLine("agents: none is installed; run scripts/install-agents");
        return rows;
    }

    private static async Task<IReadOnlyList<Row>> MeasureAsync(Scratch scratch, string folder, string agent, string url, int count, string what, double atMost)
    {
        var (ours, bare, same) = (new List<double>(), new List<double>(), new List<double>());
        for (var round = 0; round < Rounds; round++)
        {
            bare.Add(await Scratch.TimeAsync(() => Task.WhenAll(Enumerable.Range(0, count).Select(i => BareAsync(scratch, folder, agent, url, $"{count}-{round}-{i}")))));
            ours.Add(await OursAsync(scratch, folder, count));
            var attempt = AttemptFolder.Of(Newest(folder).Path, "t1", 1, "develop");
            same.Add(await Scratch.TimeAsync(() => Task.WhenAll(Enumerable.Range(0, count).Select(i => SameAsync(scratch, folder, agent, url, $"{count}-{round}-{i}-same", attempt)))));
        }

        return
        [
            new Row($"{agent}, {what}", Row.Median(ours), Row.Median(bare), atMost, "ms"),
            new Row("  against the same command line without Tutti", Row.Median(ours), Row.Median(same), double.PositiveInfinity, "ms"),
        ];
    }

    private static async Task<string> PrepareAsync(Scratch scratch, string agent, string url)
    {
        var folder = await scratch.RepositoryAsync("repo", 40);
        Directory.CreateDirectory(Path.Combine(scratch.Root, ".gemini"));
        await File.WriteAllTextAsync(Path.Combine(scratch.Root, ".gemini", "settings.json"), """{"security":{"auth":{"selectedType":"gemini-api-key"}}}""");
        var (environment, arguments, name) = Entry(agent, url);
        var env = string.Join(", ", environment.Select(pair => $"{pair.Key}: '{pair.Value}'"));
        var args = string.Join(", ", arguments.Select(argument => $"'{argument}'"));
        // Reviewers change nothing and land nothing: a run that only says something is a whole attempt all the same.
        await File.WriteAllTextAsync(
            Path.Combine(folder, ".tutti.yaml"),
            $"limits: {{memory_per_agent: 1MB, retries: 1}}\nmin_tasks: 1\nroles: {{develop: {agent}, review: none, qa: none}}\nagents:\n  {agent}: {{command: '{Program(agent)}', model: '{name}', env: {{{env}}}, args: [{args}]}}\n");
        await scratch.RunAsync(folder, Scratch.Tutti, "--version");
        return folder;
    }

    // The task fails, since nothing was done; what counts is how long its attempts took, the longest of those at once.
    private static async Task<double> OursAsync(Scratch scratch, string folder, int tasks)
    {
        var plan = Path.Combine(scratch.Root, "plan.yaml");
        await File.WriteAllLinesAsync(plan, ["version: 1", "tasks:", .. Enumerable.Range(1, tasks).Select(i => $"  - {{id: t{i}, title: Say that you are done}}")]);
        await scratch.TryAsync(folder, Scratch.Tutti, "run", "--plan", plan, "-m", $"{tasks}", "--display", "plain");
        var attempts = JournalReading.Of(Newest(folder).Journal).State!.Tasks.Values.Select(t => t.Attempts[0]).ToList();
        return (attempts.Max(a => a.EndedAt!.Value) - attempts.Min(a => a.StartedAt)).TotalMilliseconds;
    }

    private static Task BareAsync(Scratch scratch, string folder, string agent, string url, string round)
    {
        var (_, arguments, name) = Entry(agent, url);
        string[] command = agent switch
        {
            "claude" => ["-p", "--output-format", "stream-json", "--verbose", "--model", name, "Say that you are done"],
            "codex" => ["exec", "--json", "--skip-git-repo-check", "-m", name, "--sandbox", "danger-full-access", .. arguments, "Say that you are done"],
            "opencode" => ["run", "--format", "json", "--model", name, "Say that you are done"],
            _ => ["-o", "stream-json", "-m", name, "--approval-mode", "yolo", "-p", "Say that you are done"],
        };
        return scratch.TryAsync(folder, Program(agent), Surroundings(scratch, agent, url, round), command);
    }

    private static Task SameAsync(Scratch scratch, string folder, string agent, string url, string round, AttemptFolder attempt)
    {
        var arguments = JsonNode.Parse(File.ReadAllText(attempt.Request))!["arguments"]!.AsArray().Select(argument => (string)argument!);
        string[] fed = ["-c", "in=$1; shift; exec \"$@\" <\"$in\"", "sh", attempt.Prompt, Program(agent), .. arguments];
        return scratch.TryAsync(folder, "sh", Surroundings(scratch, agent, url, round), fed);
    }

    // A home of its own for each run, as Tutti's attempts have.
    private static Dictionary<string, string> Surroundings(Scratch scratch, string agent, string url, string round)
    {
        var environment = Entry(agent, url).Environment;
        var home = Directory.CreateDirectory(Path.Combine(scratch.Root, $"bare-{agent}-{round}")).FullName;
        foreach (var (variable, below) in new[] { ("CLAUDE_CONFIG_DIR", ""), ("CODEX_HOME", ""), ("XDG_DATA_HOME", "data"), ("XDG_STATE_HOME", "state") })
            environment[variable] = Path.Combine(home, below);
        environment["TMPDIR"] = home;
        return environment;
    }

    private static (Dictionary<string, string> Environment, string[] Arguments, string Model) Entry(string agent, string url) => agent switch
    {
        "claude" => (new() { ["ANTHROPIC_BASE_URL"] = url, ["ANTHROPIC_API_KEY"] = "key", ["CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC"] = "1", ["DISABLE_AUTOUPDATER"] = "1" }, [], "claude-sonnet-4-5"),
        "codex" => (
            new() { ["MODEL_KEY"] = "key" },
            ["--disable", "plugins", "-c", "model_provider=own", "-c", $$"""model_providers.own={name="own",base_url="{{url}}/v1",env_key="MODEL_KEY",wire_api="responses",supports_websockets=false}"""],
            "gpt-5.1-codex"),
        "opencode" => (
            new()
            {
                ["OPENCODE_CONFIG_CONTENT"] = $$$"""{"provider":{"scripted":{"npm":"@ai-sdk/openai-compatible","name":"Scripted","options":{"baseURL":"{{{url}}}/v1","apiKey":"key"},"models":{"m1":{"name":"m1"} } } } }""",
                ["OPENCODE_DISABLE_AUTOUPDATE"] = "1",
                ["OPENCODE_DISABLE_MODELS_FETCH"] = "1",
                ["OPENCODE_DISABLE_DEFAULT_PLUGINS"] = "1",
            },
            [],
            "scripted/m1"),
        _ => (new() { ["GEMINI_API_KEY"] = "key", ["GOOGLE_GEMINI_BASE_URL"] = url, ["GEMINI_CLI_TRUST_WORKSPACE"] = "true", ["GEMINI_CLI_NO_RELAUNCH"] = "true" }, [], "gemini-2.5-pro"),
    };

    private static SessionFolder Newest(string folder) => SessionFolder.All(Path.Combine(folder, ".git", "tutti"))[0];

    private static string Program(string agent) => Path.Combine(Scratch.Project, "tests", "agents", "node_modules", ".bin", agent);
}
