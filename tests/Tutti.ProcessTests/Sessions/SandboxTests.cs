using Tutti.Core.Session;
using Tutti.Engine.Processes.Sandbox;
using Tutti.ProcessTests.Support;

namespace Tutti.ProcessTests.Sessions;

/// <summary>Sessions whose agents are kept in by bubblewrap; skipped, and said so, where it does not work.</summary>
public sealed class SandboxTests
{
    private const string Kept = "sandbox: bwrap";

    [Fact]
    public async Task An_agent_works_and_commits_in_its_slot_and_the_work_lands()
    {
        await using var lab = await LabAsync(Kept);
        var ran = await lab.RunPlanAsync("""
            version: 1
            tasks:
              - id: a
                title: Commits by itself
                run: "echo a > a.txt && git add a.txt && git commit -q -m 'add a' && echo b > b.txt"
            """);
        ran.Exits(0).Has(TaskPhase.Done, "a");
        Assert.Equal(("a", "b"), (lab.Show("main", "a.txt"), lab.Show("main", "b.txt")));
        lab.AssertTidy();
    }

    [Theory]
    [InlineData("the user's checkout", "echo x > '@TOP@/readme.md'")]
    [InlineData("the common configuration", "git config --file '@TOP@/.git/config' core.fsmonitor /bin/false")]
    [InlineData("the common configuration by git itself", "git config core.fsmonitor /bin/false")]
    [InlineData("a hook", "echo x > '@TOP@/.git/hooks/pre-commit'")]
    [InlineData("the target", "git update-ref refs/heads/main HEAD~0 && git commit -q --allow-empty -m x && git update-ref refs/heads/main HEAD")]
    [InlineData("the home directory", "echo x > \"$HOME/.profile\"")]
    [InlineData("where its repository is", "echo gitdir: /elsewhere > .git")]
    [InlineData("another slot", "ls '@TOP@.worktrees' | grep -v \"$(basename \"$PWD\")\" | grep .")]
    [InlineData("other sessions", "ls '@TOP@/.git/tutti/sessions/'*/journal.jsonl")]
    [InlineData("keys", "cat \"$HOME/.ssh/id\"")]
    public async Task It_can_neither_change_nor_see_what_is_none_of_its_business(string what, string attempt)
    {
        await using var lab = await LabAsync(Kept);
        Directory.CreateDirectory(Path.Combine(lab.Home, ".ssh"));
        await File.WriteAllTextAsync(Path.Combine(lab.Home, ".ssh", "id"), "secret");
        var config = await File.ReadAllTextAsync(Path.Combine(lab.Top, ".git", "config"));
        var ran = await lab.RunPlanAsync($$"""
            version: 1
            tasks:
              - id: a
                title: Tries it
                run: |
                  if { {{attempt.Replace("@TOP@", lab.Top)}} ; } 2>/dev/null; then echo reached > a.txt; else echo kept > a.txt; fi
            """);
        ran.Exits(0);
        Assert.True(lab.Show("main", "a.txt") == "kept", $"it reached {what}");
        Assert.Equal(config, await File.ReadAllTextAsync(Path.Combine(lab.Top, ".git", "config")));
        Assert.Empty(lab.Processes());
    }

    [Theory]
    [InlineData(false, """
        git init -q sub; cd sub; echo s > s; git add s; git commit -qm s; cd ..; git add sub; git commit -qm all; cd sub
        git config filter.x.clean $E; echo '* filter=x' > .gitattributes; touch -d 2001-01-01 s; cd ..
        """)]
    [InlineData(true, "printf '[filter \"x\"]\\nclean = %s\\nsmudge = %s\\n' $E $E > $(git rev-parse --git-dir)/config.worktree; echo '* filter=x' > .gitattributes")]
    public async Task What_it_may_write_in_its_slot_and_the_slots_git_folder_starts_nothing_outside(bool worktreeConfig, string plant)
    {
        await using var lab = await LabAsync(Kept);
        if (worktreeConfig)
            lab.Git("config", "extensions.worktreeConfig", "true");
        await lab.RunPlanAsync($$"""
            version: 1
            tasks:
              - id: a
                title: Plants
                run: |
                  export GIT_AUTHOR_NAME=Test GIT_AUTHOR_EMAIL=t@example.com GIT_COMMITTER_NAME=Test GIT_COMMITTER_EMAIL=t@example.com
                  E=$PWD/evil.ignored
                  printf '#!/bin/sh\necho evil >> {{lab.Out}}/pwned; cat\n' > $E; chmod +x $E
            {{string.Join('\n', plant.Trim().Split('\n').Select(line => "      " + line.Trim()))}}
                  echo more >> readme.md
            """);
        Assert.Empty(lab.Marks("pwned"));
    }

    [Fact]
    public async Task Nothing_it_detaches_outlives_it_and_its_exit_code_comes_through()
    {
        await using var lab = await LabAsync("limits: { retries: 1 }\n" + Kept);
        var ran = await lab.RunPlanAsync("""
            version: 1
            tasks:
              - id: a
                title: Leaves something running
                run: "(setsid sleep 1000 >/dev/null 2>&1 &) ; exit 7"
            """);
        ran.Exits(1);
        Assert.Equal((7, "agent_failed"), (ran.Task("a").Attempts[0].ExitCode, ran.Failure("a").Code));
        Assert.Empty(lab.Processes());
    }

    [Fact]
    public async Task Without_a_network_only_its_own_loopback_is_left()
    {
        await using var lab = await LabAsync("sandbox: { kind: bwrap, network: off }");
        var ran = await lab.RunPlanAsync("""
            version: 1
            tasks:
              - id: a
                title: Counts its networks
                run: "ls /sys/class/net > /dev/null; tail -n +3 /proc/net/dev | cut -d: -f1 | tr -d ' ' > a.txt"
            """);
        ran.Exits(0);
        Assert.Equal("lo", lab.Show("main", "a.txt"));
    }

    private static async Task<SessionLab> LabAsync(string settings)
    {
        if (await Bubblewrap.ProbeAsync(CancellationToken.None) is { } missing)
            Assert.Skip(missing.Message);
        return settings.StartsWith("limits:", StringComparison.Ordinal) ? new SessionLab("retries: 1", settings[(settings.IndexOf('\n') + 1)..]) : new SessionLab("", settings);
    }
}
