using System.Text;
using Tutti.Core.Session;
using Tutti.Engine.Config;
using Tutti.Engine.Journal;
using Tutti.Tests.Errors;
using Tutti.Tests.Sources;
using Tutti.Tests.Terminal;
using Tutti.Tests.Tidy;
using Tutti.Tests.Views;

namespace Tutti.Tests.Fuzzing;

/// <summary>Inputs that can be read, as they are broken by <see cref="Mutator"/>.</summary>
public static class Samples
{
    // A mutation has to meet something: of a long recording the beginning and the end are enough.
    private const int LongestRecording = 24 * 1024;

    private const string Id = "0123456789012345678901234567890123456789";

    private const string Plan =
        """
        version: 1
        target: main
        setup: ["npm ci"]
        verify: ["npm test", "npm run lint"]
        copy: [".env"]
        roles:
          develop: { agent: claude, model: sonnet }
          qa: { agent: none }
        tasks:
          - id: auth
            title: Add authentication
            description: |
              What to do,
              and how one sees that it is done.
            depends_on: [db]
            priority: high
            complexity: 5
            work_type: backend
            files: ["src/auth/**"]
            verify: ["npm test -- auth"]
            agent: { develop: claude, review: codex }
            timeout: 30m
            budget: { usd: 1.5, tokens: 1000 }
          - { id: db, title: "The database", agent: shell, run: "echo x > db.txt" }
        """;

    private const string JsonPlan =
        """{"version":1,"verify":["make"],"tasks":[{"id":"a","title":"A","description":"x\ny","depends_on":[],"priority":"low","complexity":3,"files":["a/**"],"run":"true"},{"id":"b","title":"B \ud83c\udfba","depends_on":["a"],"timeout":"1h30m"}]}""";

    public static IReadOnlyList<byte[]> Plans { get; } = Of(Plan, "tasks: [{id: a, title: A}, {id: b, title: B, depends_on: [a]}]\n", File.ReadAllText(Path.Combine(Repository.Root, "samples", "shop", "demo.yaml")));

    public static IReadOnlyList<byte[]> JsonPlans { get; } = Of(JsonPlan, $$"""{"nonce":"0123456789abcdef",{{JsonPlan[1..]}}""");

    public static IReadOnlyList<byte[]> Yaml { get; } = [.. Plans, .. Of("a: &x [1, two, ~]\nb: {c: *x, d: 'q''q', e: \"\\u00e9\\n\"}\nf: >-\n  folded\n  text\ng: |+\n  kept\n\n? h\n: 2026-01-01\n", "[]", "--- plain\n...\n")];

    public static IReadOnlyList<byte[]> Json { get; } = [.. JsonPlans, .. Of("""{"a":[1,-2.5e10,true,null,"\u00e9\n",{"b":{}}],"c":""}""", "[]", "7")];

    public static IReadOnlyList<byte[]> Settings { get; } = Of(
        SettingsTemplate.Text,
        string.Join('\n', SettingsTemplate.Text.Split('\n').Select(line => line.StartsWith("# ", StringComparison.Ordinal) && line.Contains(':', StringComparison.Ordinal) ? line[2..] : line)),
        "max_agents: 5\nprofile: balanced\nroles: { develop: { agent: claude } }\nagents:\n  claude: { command: claude, model: sonnet, args: [\"--x\"], env: { A: b } }\nlimits: { attempt: 1h, stall: 5m, memory_per_agent: 2GB }\nhooks: { session_start: ./x.sh }\nbranch: feature/{id}\nforecast: wait\nsandbox: none\n");

    public static IReadOnlyList<byte[]> Foreign { get; } = Of("parallelization:\n  enabled: true\n  min_tasks: 3\n  max_agents: 4\n  auto_cleanup: true\n  retry_on_failure: false\nother: [1, {x: y}]\n", "max_agents: 3\nprofile: ci\n");

    public static IReadOnlyList<byte[]> Environments { get; } = Of(
        "TUTTI_MAX_AGENTS=5\nTUTTI_PROFILE=ci\nTUTTI_REVIEW=strict\nTUTTI_LIMITS_ATTEMPT=1h\nHOME=/nowhere",
        string.Join('\n', SettingsEnvironment.Variables.Select(name => $"{name}=1")));

    public static IReadOnlyList<byte[]> TaskMaster { get; } = Of(
        SourceFolder.Captured("tasks.created.json"),
        """{"tasks":[{"id":1,"title":"A","status":"pending","dependencies":[],"subtasks":[{"id":1,"title":"s","status":"done","dependencies":[]}]},{"id":2,"title":"B","dependencies":[1,"1.1"],"priority":"high","mine":1.0}]}""");

    public static IReadOnlyList<byte[]> Beads { get; } = Of(
        """
        {"id":"bd-12","title":"T","description":"d","status":"open","priority":1,"issue_type":"bug","labels":["ui"],"dependencies":[{"issue_id":"bd-12","depends_on_id":"bd-3","type":"blocks"}],"estimated_minutes":30}
        {"id":"bd-3","title":"U","status":"closed","acceptance_criteria":"- a\n- b"}
        """);

    public static IReadOnlyList<byte[]> Issues { get; } = Of("""[{"number":12,"title":"T","body":"Depends on #3\n- [ ] a","state":"OPEN","labels":[{"name":"priority: high"},"ui"],"milestone":{"title":"v1"}},{"number":3,"title":"U","state":"CLOSED"}]""");

    public static IReadOnlyList<byte[]> Markdown { get; } = Of("# Tasks\n\nwords\n\n- [ ] **1.** First (high) `src/a.cs`\n  more of it\n  - [x] 1.1 part\n- [-] Second, after 1\n\n```\n- [ ] no task\n```\n\n## Later\n* [ ] Third (depends on: 1)\n1. [ ] Fourth\n");

    public static IReadOnlyList<byte[]> Results { get; } = Of(
        """{"nonce":"0123456789abcdef","verdict":"corrections_needed","summary":"s","confidence":80,"files":["a"],"corrections":[{"severity":"major","file":"a","line":12,"message":"m"}],"decisions":[{"topic":"t","choice":"c","why":"w"}]}""",
        """{"nonce":"0123456789abcdef","verdict":"Done","confidence":"80%","files":null,"corrections":["text"]}""");

    public static IReadOnlyList<byte[]> JournalLines { get; } = Lines();

    public static IReadOnlyList<byte[]> Controls { get; } = Of(
        """{"verb":"pause","tasks":["a"],"count":0,"by":"ui"}""",
        """{"verb":"scale","tasks":[],"count":4,"by":"cli"}""",
        """{"verb":"cancel","tasks":["a","b"],"count":0,"by":"signal"}""");

    public static IReadOnlyList<byte[]> Pools { get; } = Of(
        """{"version":1,"slots":[{"name":"wt-1","root":"/r","state":"idle","git_file":"gitdir: /r/.git/worktrees/wt-1\n","fresh":false,"head":"0123","paths":[]},{"name":"wt-2","root":"/r","state":"leased","git_file":"x","fresh":true,"lease":{"branch":"b","base":"0123","owner":{"session":"s","task":"t","pid":1,"boot":"b","started":2},"at":"2026-01-01T00:00:00Z","ready":true},"paths":["a"]}]}""");

    public static IReadOnlyList<byte[]> Identities { get; } = Of("""{"pid":999999999,"started":"123","boot":"b","space":"s","nonce":"n"}""");

    public static IReadOnlyList<byte[]> Exits { get; } = Of("""{"code":137,"signal":9,"at":"2026-01-31T12:00:00Z"}""", """{"code":0,"signal":null}""");

    public static IReadOnlyList<byte[]> PullRequests { get; } = Of("""[{"url":"https://example.invalid/pull/1"}]""", "[]");

    public static IReadOnlyList<byte[]> Texts { get; } = Of(
        "I looked at it.\n\nTASK_APPROVED\n", "READY_FOR_QA", "**TASK_REJECTED**: no", "claude --model 'a b' \"c\\\"d\" e\\ f", "\u001b[31mred\u001b[0m \u202egnp.exe\ta\u0301\u0301\u0301", string.Join('\n', SecretCorpus.All.Select(s => s.Text)));

    public static IReadOnlyList<byte[]> Amounts { get; } = Of("1h30m", "250ms", "2GB", "512 MiB", "90s", "1.5h", "0");

    public static IReadOnlyList<byte[]> Requests { get; } = Of("Implement user auth, fix payment bugs, update API docs", "1. Do this\n2. Then do that\n- and (a, b and c); after that the tests for it.", "Rename foo to bar and then write docs");

    public static IReadOnlyList<byte[]> MergeTrees { get; } = Of(
        $"{Id}\0100644 {Id} 1\ta b\0100644 {Id} 2\ta b\0100755 {Id} 3\ta b\0\01\0a b\0CONFLICT (contents)\0CONFLICT (content): Merge conflict in a b\n\03\0o\0n\0m\0CONFLICT (rename/rename)\0x\n\0",
        $"{Id}\0\01\0a\0Auto-merging\0Auto-merging a\n\0",
        $"{Id}\0");

    public static IReadOnlyList<byte[]> Statuses { get; } = Of(
        $"# branch.oid {Id}\0# branch.head main\01 .M N... 100644 100644 100755 {Id} {Id} a b\01 .M SC.U 160000 160000 160000 {Id} {Id} sub\0u UU N... 100644 100644 100644 100644 {Id} {Id} {Id} c\02 R. N... 100644 100644 100644 {Id} {Id} R100 new\0old\0? x/\0",
        "# branch.oid (initial)\0# branch.head (detached)\0");

    public static IReadOnlyList<byte[]> RawDiffs { get; } = Of($":100644 100755 {Id} {Id} M\0path\0:100644 100644 {Id} {Id} R086\0old\0new\0:000000 160000 {Id} {Id} A\0sub\0:100644 000000 {Id} {Id} D\0gone\0");

    public static IReadOnlyList<byte[]> BranchChanges { get; } = Of($"{Id} one\0{Id} a second one\0\n12\t3\tsrc/a b.txt\0-\t-\tlogo.png\0");

    public static IReadOnlyList<byte[]> GitConfigs { get; } = Of("global\0user.name\nA\0local\0filter.lfs.clean\ngit-lfs clean -- %f\0local\0core.bare\0command\0core.fsmonitor\nfalse\0");

    public static IReadOnlyList<byte[]> Worktrees { get; } = Of($"worktree /a/b\0HEAD {Id}\0branch refs/heads/main\0\0worktree /c\0HEAD {Id}\0detached\0locked why\0\0worktree /d\0bare\0\0");

    /// <summary>The streams of one kind of agent.</summary>
    public static IReadOnlyList<byte[]> Recordings(string kind) =>
        [.. Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "Agents", "Recordings", kind)).Order(StringComparer.Ordinal).Select(File.ReadAllBytes).Select(Shortened)];

    private static byte[] Shortened(byte[] recording) =>
        recording.Length <= LongestRecording ? recording : [.. recording[..(LongestRecording / 2)], (byte)'\n', .. recording[^(LongestRecording / 2)..]];

    private static byte[][] Lines()
    {
        var script = new SessionScript(SessionScript.Plan("a"));
        return [.. SampleEvents.Of(script).Select((e, i) => EventCodec.Encode(new Recorded(i + 1, DateTimeOffset.UnixEpoch, e, "a/1", 1), more: false)).Select(line => Encoding.UTF8.GetBytes(line[..line.LastIndexOf(",\"sum\":", StringComparison.Ordinal)]))];
    }

    private static IReadOnlyList<byte[]> Of(params string[] texts) => [.. texts.Select(Encoding.UTF8.GetBytes)];
}
