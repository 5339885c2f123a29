using System.Text.Json;
using System.Text.Json.Nodes;
using Tutti.Core.Session;
using Tutti.ProcessTests.Support;
using Tutti.Tests.Errors;

namespace Tutti.ProcessTests.Sessions;

public class HostileSecretsTests
{
    // Its own variable, whose value looks like nothing: known by its name only.
    private const string Plain = "just some words of a variable";

    [Fact]
    public async Task No_file_of_Tuttis_holds_a_key_that_an_agent_or_a_plan_lets_out()
    {
        await using var lab = new SessionLab(
            limits: "retries: 1",
            settings: "hooks: { task_done: 'cat >> @OUT@/hook', session_end: 'cat >> @OUT@/hook' }\nagents: { shell: { env: { MY_TOKEN: '" + Plain + "' } } }\nmerge_style: squash");
        lab.Extra["OTHER_API_KEY"] = Plain;
        var all = string.Join("\n", SecretCorpus.All.Select(s => s.Text).Append(Plain));
        File.WriteAllText(Path.Combine(lab.Out, "keys"), all + "\n");
        Result(lab, "done", all);
        const string Say = "cat @OUT@/keys; cat @OUT@/keys >&2; sed s/NONCE/$TUTTI_NONCE/ @OUT@/done > $TUTTI_RESULT; ";
        var plan = new JsonObject
        {
            ["tasks"] = new JsonArray(
                Spec("lands", all, Say + "echo x > x.txt"),
                Spec("fails", all, Say.Replace("sed", "false && sed") + "echo y > y.txt; cat @OUT@/keys; exit 3"),
                Spec("reds", all, "echo z > z.txt", "cat @OUT@/keys; false")),
        };

        var ran = await lab.Start("run", "--plan", lab.Plan(plan.ToJsonString(), "plan.json"), "--display", "plain").EndAsync();
        Assert.True(ran.ExitCode == 1, ran.Stderr);
        Assert.Equal(TaskPhase.Done, ran.Task("lands").Phase);

        var told = new Dictionary<string, string>(StringComparer.Ordinal) { ["stdout"] = ran.Result.Text, ["stderr"] = ran.Stderr, ["commits"] = lab.Git("log", "--all", "--format=%B%n%an") };
        foreach (var command in new[] { "report --format text", "report --format markdown", "report --format json", "report --format html", "status detailed", "status --json", "status issues --json", "show fails", "show lands --json", "logs fails", "logs lands --raw" })
            told[command] = (await lab.Start(command.Split(' ')).PlainEndAsync()).Text;
        told["hook"] = File.ReadAllText(Path.Combine(lab.Out, "hook"));
        foreach (var file in Directory.EnumerateFiles(lab.State, "*", SearchOption.AllDirectories))
            told[Path.GetRelativePath(lab.State, file)] = File.ReadAllText(file);

        foreach (var wanted in new[] { "journal.jsonl", "status.json", "report.md", "report.json", "prompt.md", "request.json", "stdout", "stderr", "result.json" })
            Assert.Contains(told.Keys, name => name.EndsWith(wanted, StringComparison.Ordinal));
        Assert.Contains("***", told["hook"]);
        Assert.Contains("***", told["commits"]);
        var leaks = told.SelectMany(t => SecretCorpus.All.Select(s => s.Secret).Append(Plain).Where(secret => Holds(t.Value, secret)).Select(secret => $"{t.Key}: {secret}")).ToList();
        Assert.True(leaks.Count == 0, string.Join('\n', leaks.Take(20)));
    }

    // The journal has it masked, so a later conductor, and whoever looks from outside, knows it from the files only.
    [Fact]
    public async Task A_key_that_only_the_configuration_holds_stays_masked_after_a_resume_and_for_whoever_looks()
    {
        await using var lab = new SessionLab(limits: "retries: 1", settings: "agents: { shell: { env: { MY_TOKEN: '" + Plain + "' } } }");
        var plan = new JsonObject { ["tasks"] = new JsonArray(Spec("fails", "it", "echo \"$MY_TOKEN\"; echo \"$MY_TOKEN\" >&2; exit 3")) };
        Assert.Equal(1, (await lab.Start("run", "--plan", lab.Plan(plan.ToJsonString(), "plan.json"), "--display", "plain").EndAsync()).ExitCode);
        var ran = await lab.Start("resume", "--retry-failed", "--display", "plain").EndAsync();
        Assert.Equal(1, ran.ExitCode);
        Assert.Equal(2, ran.Task("fails").Attempts.Count);

        var told = new Dictionary<string, string>(StringComparer.Ordinal) { ["stdout"] = ran.Result.Text, ["stderr"] = ran.Stderr };
        foreach (var command in new[] { "report", "status detailed", "status --json", "show fails", "logs fails", "logs fails --raw" })
            told[command] = (await lab.Start(command.Split(' ')).PlainEndAsync()).Text;
        foreach (var file in Directory.EnumerateFiles(lab.State, "*", SearchOption.AllDirectories))
            told[Path.GetRelativePath(lab.State, file)] = File.ReadAllText(file);
        Assert.Contains("***", told["logs fails --raw"], StringComparison.Ordinal);
        Assert.Empty(told.Where(t => Holds(t.Value, Plain)).Select(t => t.Key));
    }

    [Theory]
    [InlineData("run", "echo 'x' > x.txt; curl -H 'x: @KEY@' http://127.0.0.1:9")]
    [InlineData("id", "a @KEY@ b")]
    public async Task A_key_where_a_plan_has_to_be_exact_is_refused_before_anything_changes(string field, string value)
    {
        await using var lab = new SessionLab();
        var key = SecretCorpus.All.First(s => s.Kind == "anthropic").Secret;
        var spec = Spec("a", "title", "true");
        spec[field] = value.Replace("@KEY@", key);
        var ran = await lab.Start("run", "--plan", lab.Plan(new JsonObject { ["tasks"] = new JsonArray(spec) }.ToJsonString(), "plan.json")).EndAsync();
        Assert.Equal(2, ran.ExitCode);
        Assert.Contains("holds a key or a password in clear", ran.Stderr);
        Assert.DoesNotContain(key, ran.Stderr + ran.Result.Text);
        Assert.False(Directory.Exists(Path.Combine(lab.State, "sessions")));
    }

    private static JsonObject Spec(string id, string text, string run, string? verify = null)
    {
        var spec = new JsonObject { ["id"] = id, ["title"] = $"{id} {text.Split('\n')[0]}", ["description"] = text, ["run"] = run };
        if (verify is not null)
            spec["verify"] = new JsonArray(verify);
        return spec;
    }

    private static void Result(SessionLab lab, string verdict, string all) => File.WriteAllText(
        Path.Combine(lab.Out, verdict),
        new JsonObject { ["nonce"] = "NONCE", ["verdict"] = verdict, ["summary"] = all, ["confidence"] = 90, ["decisions"] = new JsonArray(new JsonObject { ["topic"] = all, ["choice"] = all, ["why"] = all }) }.ToJsonString());

    // In plain, inside JSON, or inside JSON that is inside JSON.
    private static bool Holds(string text, string secret)
    {
        var once = JsonEncodedText.Encode(secret).ToString();
        return new[] { secret, once, JsonEncodedText.Encode(once).ToString() }.Any(form => text.Contains(form, StringComparison.Ordinal));
    }
}
