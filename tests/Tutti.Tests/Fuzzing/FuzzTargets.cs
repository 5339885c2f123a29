using System.Text;
using Tutti.Core;
using Tutti.Core.Plan;
using Tutti.Core.Session;
using Tutti.Engine.Agents;
using Tutti.Engine.Agents.Planning;
using Tutti.Engine.Conductor;
using Tutti.Engine.Config;
using Tutti.Engine.Documents;
using Tutti.Engine.Git;
using Tutti.Engine.Git.Landing;
using Tutti.Engine.Git.Landing.Resolution;
using Tutti.Engine.Git.Pool;
using Tutti.Engine.Git.Trust;
using Tutti.Engine.Git.Work;
using Tutti.Engine.Journal;
using Tutti.Engine.Processes;
using Tutti.Engine.Sources;
using Tutti.Terminal;
using Tutti.Tests.Scheduling;

namespace Tutti.Tests.Fuzzing;

/// <summary>Every reader of something from outside, with inputs that it can read.</summary>
public static class FuzzTargets
{
    private const string Nonce = "0123456789abcdef";

    // A reader of files reads one that has just been written; each target runs alone in its folder.
    private static readonly string Root = Directory.CreateTempSubdirectory("tutti-fuzz-").FullName;

    private static readonly string[] OfAFile = ["file_too_big", "not_utf8", "file_unreadable", "source_unreadable", "plan_empty"];

    public static IReadOnlyList<FuzzTarget> All { get; } = [.. Documents(), .. Lists(), .. Agents(), .. Own(), .. OfGit(), .. Words()];

    private static IEnumerable<FuzzTarget> Documents()
    {
        yield return OfFile("yaml", "file.yaml", Samples.Yaml, path => DocumentReader.Read(path, "file.yaml"));
        yield return OfFile("json", "file.json", Samples.Json, path => DocumentReader.Read(path, "file.json"));
        yield return OfFile("plan in yaml", "plan.yaml", Samples.Plans, path => Again(PlanFile.Read(path))) with { Place = "plan.yaml", Weight = 2 };
        yield return OfFile("plan in json", "plan.json", Samples.JsonPlans, path => Again(PlanFile.Read(path))) with { Place = "plan.json" };
        yield return OfFile("settings", ".tutti.yaml", Samples.Settings, path => SettingsLoader.Load(new SettingsSources(Path.GetDirectoryName(path)!))) with { Place = ".tutti.yaml", Weight = 2 };
        yield return OfFile("auto-context", ".claude/auto-context.yaml", Samples.Foreign, path => SettingsLoader.Load(new SettingsSources(Path.GetDirectoryName(Path.GetDirectoryName(path))!))) with { Place = "auto-context.yaml" };
        yield return OfFile("parallel-dev", ".taskmaster/parallel-dev.config.yaml", Samples.Foreign, path => SettingsLoader.Load(new SettingsSources(Path.GetDirectoryName(Path.GetDirectoryName(path))!))) with { Place = "parallel-dev.config.yaml" };
        yield return new FuzzTarget("environment", Samples.Environments, input => SettingsLoader.Load(new SettingsSources(Folder("empty")) { Environment = Variables(input) }));
    }

    private static IEnumerable<FuzzTarget> Lists()
    {
        yield return OfFile("taskmaster", ".taskmaster/tasks/tasks.json", Samples.TaskMaster, path => ReadAndTell(new TaskMasterSource(TimeProvider.System), path)) with { Place = "tasks.json", BytesPerByte = 2_000, WithoutLine = [.. OfAFile, "tag_unknown"] };
        yield return OfFile("beads", "issues.jsonl", Samples.Beads, path => ReadAndTell(new BeadsSource(), path)) with { Place = "issues.jsonl" };
        yield return OfFile("issues", "issues.json", Samples.Issues, path => ReadAndTell(new IssuesSource(), path)) with { Place = "issues.json" };
        yield return OfFile("markdown", "TASKS.md", Samples.Markdown, path => ReadAndTell(new MarkdownSource(), path)) with { Place = "TASKS.md", BytesPerByte = 2_000 };
    }

    private static IEnumerable<FuzzTarget> Agents()
    {
        foreach (var agent in AgentCatalog.All.Where(agent => agent.Kind != AgentChoice.Shell))
        {
            var folder = AttemptFolder.Of(Folder($"agent {agent.Kind}"), "auth", 1, "develop").Create();
            var request = new AttemptRequest("2026-01-01-001", "auth", "develop", 1, Nonce, folder.Path, "0123abc", 4100, new AgentChoice(agent.Kind), agent.Kind == "acp" ? new("acp", Command: "x") : null, "the prompt", null, folder, folder.Path);
            yield return new FuzzTarget($"stream of {agent.Kind}", Samples.Recordings(agent.Kind), input => Follow(agent, request, input)) { BytesPerByte = 2_000 };
        }

        yield return new FuzzTarget("talk with an ACP agent", [.. Samples.Recordings("acp").Select(AcpEcho.Said)], input => AcpEcho.TalkAsync(input).Wait(TestContext.Current.CancellationToken)) { BytesPerByte = 4_000 };
        yield return new FuzzTarget("result", Samples.Results, input => StageResultFile.Parse(input, Nonce)) { BytesPerByte = 1_000 };
        yield return new FuzzTarget("plan answer", Samples.JsonPlans, input => PlanAnswer.Read(Encoding.UTF8.GetString(input))) { BytesPerByte = 4_000 };
        yield return new FuzzTarget("signal words", Samples.Texts, input => SignalWords.Find(Encoding.UTF8.GetString(input)));
    }

    private static IEnumerable<FuzzTarget> Own()
    {
        yield return new FuzzTarget("journal line", Samples.JournalLines, input => EventCodec.Decode(JournalSum.Sealed(input), out _)) { Weight = 2, BytesPerByte = 1_000 };
        yield return OfFile("journal", "journal.jsonl", [[.. Samples.JournalLines.SelectMany(line => (byte[])[.. JournalSum.Sealed(line), (byte)'\n'])]], Journal) with { Place = "journal.jsonl", WithoutLine = ["journal_damaged"], BytesPerByte = 1_000 };
        yield return new FuzzTarget("request to a conductor", Samples.Controls, input => Decided(Inbox.Parse(input)));
        yield return new FuzzTarget("pool record", Samples.Pools, input => PoolRecord.Parse(input)?.Slots.Where(slot => slot.State == SlotState.Leased).ToList().ForEach(slot => slot.ToLease()));
        yield return OfFile("identity of a process", "attempts/a/01-develop/process.json", Samples.Identities, path => AttemptProcess.Probe(new AttemptFolder(Path.GetDirectoryName(path)!)));
        yield return OfFile("exit of a process", "attempts/b/01-develop/exit.json", Samples.Exits, path => AttemptProcess.Probe(new AttemptFolder(Path.GetDirectoryName(path)!)));
        yield return new FuzzTarget("pull requests of gh", Samples.PullRequests, input => GitHubCli.FirstUrl(Encoding.UTF8.GetString(input)));
        yield return new FuzzTarget("secrets", Samples.Texts, input =>
        {
            var text = Encoding.UTF8.GetString(input);
            var masked = Secrets.OfProcess.Mask(text);
            Assert.Equal(masked, Secrets.OfProcess.Mask(masked));
        });
    }

    // Whatever is taken for a request is obeyed, or refused, and nothing else.
    private static void Decided(Control? control)
    {
        if (control is not null)
            new Played(["a", "b"]).Take(control);
    }

    // The samples are one event of each kind, which no session is made of: reading them through is one thing, folding them another.
    private static void Journal(string path)
    {
        Assert.NotEqual(-1, new JournalReader(path).Read().Count());
        try
        {
            JournalReading.Of(path);
        }
        catch (FailureException e) when (e.Failure.Message.Contains("cannot follow", StringComparison.Ordinal))
        {
            // What is meant: said, with its place.
        }
    }

    private static IEnumerable<FuzzTarget> OfGit()
    {
        yield return new FuzzTarget("merge-tree", Samples.MergeTrees, input => MergeTreeOutput.Parse(input));
        yield return new FuzzTarget("status", Samples.Statuses, input => CheckoutStatus.Parse(input));
        yield return new FuzzTarget("raw diff", Samples.RawDiffs, input => RawDiff.Parse(input));
        yield return new FuzzTarget("changes of a tree", Samples.RawDiffs, input => TreeChange.Parse(input));
        yield return new FuzzTarget("changes of a branch", Samples.BranchChanges, input =>
        {
            var text = Encoding.UTF8.GetString(input);
            var half = text.IndexOf('\n') is >= 0 and var at ? at : text.Length;
            BranchChanges.Parse(text[..half], text[half..].TrimStart('\n'));
        });
        yield return new FuzzTarget("git's configuration", Samples.GitConfigs, input => GitPrograms.Of(ConfigEntry.Parse(Encoding.UTF8.GetString(input))));
        yield return new FuzzTarget("worktree list", Samples.Worktrees, input => Checkouts.Parse(Encoding.UTF8.GetString(input)));
    }

    private static IEnumerable<FuzzTarget> Words()
    {
        yield return new FuzzTarget("request", Samples.Requests, input => Splitter.Split(Encoding.UTF8.GetString(input))) { BytesPerByte = 50_000, Weight = 0.5 };
        yield return new FuzzTarget("command words", Samples.Texts, input => CommandWords.Split(Encoding.UTF8.GetString(input)));
        yield return new FuzzTarget("printable", Samples.Texts, input => Assert.DoesNotContain(Printable.Line(Encoding.UTF8.GetString(input)), char.IsControl));
        yield return new FuzzTarget("amounts", Samples.Amounts, input =>
        {
            var text = Encoding.UTF8.GetString(input);
            _ = (Durations.Parse(text), Sizes.Parse(text), DocumentFailure.Shown(text), Fence.Around(text));
        });
    }

    private static FuzzTarget OfFile(string name, string file, IReadOnlyList<byte[]> samples, Action<string> read)
    {
        var path = Path.Combine(Folder(name), file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        return new FuzzTarget(name, samples, input =>
        {
            File.WriteAllBytes(path, input);
            read(path);
        })
        {
            Place = Path.GetFileName(file),
            WithoutLine = OfAFile,
        };
    }

    private static string Folder(string name) => Directory.CreateDirectory(Path.Combine(Root, name)).FullName;

    // What is written of a plan says the same when it is read.
    private static void Again(PlanSpec plan)
    {
        foreach (var format in Enum.GetValues<PlanFormat>())
        {
            var text = PlanFile.Write(plan, format);
            Assert.Equal(text, PlanFile.Write(PlanFile.Parse(text, format == PlanFormat.Json ? "plan.json" : "plan.yaml"), format));
        }
    }

    // Told of one task, the list says it of that one and of no other.
    private static void ReadAndTell(ITaskSource source, string path)
    {
        var before = source.Read(path, null);
        if (before.Tasks.Count == 0)
            return;
        var id = before.Tasks[^1].Id;
        source.Tell(path, before.Tag, id, SourceStatus.Done);
        var after = source.Read(path, before.Tag);
        Assert.Equal(before.Tasks.Select(t => (t.Id, t.Title)), after.Tasks.Select(t => (t.Id, t.Title)));
        Assert.Equal(before.Statuses.Where(s => s.Key != id), after.Statuses.Where(s => s.Key != id));
    }

    private static void Follow(IAgent agent, AttemptRequest request, byte[] input)
    {
        var reading = agent.Open(request)!;
        foreach (var line in Encoding.Latin1.GetString(input).Split('\n'))
            reading.Take(Encoding.Latin1.GetBytes(line));
        reading.End();
        foreach (var exit in new[] { 0, 1 })
        {
            var said = agent.Conclude(request, new AttemptExit(exit, null, DateTimeOffset.UnixEpoch, ExitCause.Exited), reading);
            Assert.True(said.Error is not { } error || !error.Message.Contains('\n', StringComparison.Ordinal), said.Error?.Message);
        }
    }

    private static Dictionary<string, string> Variables(byte[] input)
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in Encoding.UTF8.GetString(input).Replace("\0", "", StringComparison.Ordinal).Split('\n').Where(line => line.Contains('=', StringComparison.Ordinal)))
            variables[line[..line.IndexOf('=', StringComparison.Ordinal)]] = line[(line.IndexOf('=', StringComparison.Ordinal) + 1)..];
        return variables;
    }
}
