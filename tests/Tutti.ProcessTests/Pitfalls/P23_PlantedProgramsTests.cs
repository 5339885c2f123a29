using Tutti.ProcessTests.Support;

namespace Tutti.ProcessTests.Pitfalls;

/// <summary>P23: hooks, fsmonitor and merge drivers planted by an agent ran in the user's name.</summary>
public class P23_PlantedProgramsTests
{
    [Fact]
    public async Task Nothing_that_an_agent_plants_is_run_by_tutti_and_it_is_told()
    {
        await using var lab = new SessionLab(files: [("book.txt", "1\n2\n3\n4\n5\n")]);
        await File.WriteAllTextAsync(Path.Combine(lab.Folder, "plant.sh"), """
            hooks=$(git rev-parse --git-common-dir)/hooks
            mkdir -p "$hooks"
            for hook in post-checkout pre-commit post-commit post-merge reference-transaction post-index-change pre-merge-commit; do
              printf '#!/bin/sh\necho %s >> @OUT@/pwned\n' "$hook" > "$hooks/$hook"; chmod +x "$hooks/$hook"
            done
            git config core.fsmonitor "sh -c 'echo fsmonitor >> @OUT@/pwned'"
            git config merge.evil.driver "sh -c 'echo driver >> @OUT@/pwned'"
            git config core.hooksPath "$hooks"
            echo '* merge=evil' > .gitattributes
            sed -i 's/^5$/5 planted/' book.txt
            """.Replace("@OUT@", lab.Out));
        var ran = (await lab.RunPlanAsync($$"""
            verify: ["test -f book.txt"]
            tasks:
              - { id: plants, title: Plants, run: "sh {{lab.Folder}}/plant.sh" }
              - { id: later, title: Later, depends_on: [plants], run: "sed -i 's/^5/five/' book.txt" }
              - { id: other, title: Other, depends_on: [plants], run: "sed -i 's/^1$/one/' book.txt" }
            """)).Exits(0);
        Assert.Empty(lab.Marks("pwned"));
        Assert.Equal("one\n2\n3\n4\nfive planted\n", lab.Read("book.txt"));
        Assert.Contains(ran.Task("plants").Notes, note => note.Contains("config") || note.Contains("hook"));
    }

    // What each leaves behind would start @OUT@/evil from some git of Tutti's: of its slot, of a fresh one, or of the user's checkout.
    [Theory]
    [InlineData("a filter", 0, "git config filter.x.clean @OUT@/evil; git config filter.x.smudge @OUT@/evil; git config filter.x.required true; echo '* filter=x' > .gitattributes")]
    [InlineData("a filter that goes on running", 0, "git config filter.x.process @OUT@/evil; echo '* filter=x' > .gitattributes")]
    [InlineData("attributes of the repository", 0, "git config filter.x.clean @OUT@/evil; mkdir -p $C/info; echo '* filter=x' > $C/info/attributes")]
    [InlineData("a file that is included", 0, "printf '[filter \"x\"]\\nclean = @OUT@/evil\\nsmudge = @OUT@/evil\\n' > @OUT@/more; git config include.path @OUT@/more; echo '* filter=x' > .gitattributes")]
    [InlineData("configuration of the worktree", 0, "git config extensions.worktreeConfig true; git config --worktree filter.x.clean @OUT@/evil; echo '* filter=x' > .gitattributes")]
    [InlineData("a program that signs", 0, "git config gpg.program @OUT@/evil; git config commit.gpgsign true; git config user.name Somebody")]
    [InlineData("another common folder", 4, "cp -r $C @OUT@/common; git config --file @OUT@/common/config filter.x.clean @OUT@/evil; echo '* filter=x' > .gitattributes; echo @OUT@/common > $(git rev-parse --git-dir)/commondir")]
    [InlineData("another repository", 4, "rm .git; cp -r $C .git; git config filter.x.clean @OUT@/evil; echo '* filter=x' > .gitattributes; git symbolic-ref HEAD refs/heads/feature/task-plants")]
    [InlineData("a repository in the slot", 0, """
        git init -q sub; cd sub; echo s > s; git add s; git commit -qm s; cd ..; git add sub; git commit -qm all; cd sub
        git config filter.x.clean @OUT@/evil; git config core.fsmonitor @OUT@/evil; echo '* filter=x' > .gitattributes; touch -d 2001-01-01 s; cd ..
        """)]
    [InlineData("a repository in one in the slot, whose files are elsewhere", 1, """
        git init -q sub; git init -q tree/c; cd tree/c; echo s > s; git add s; git commit -qm s; cd ../..
        git -C sub config core.worktree $PWD/tree; git --git-dir=sub/.git --work-tree=tree add c; git --git-dir=sub/.git --work-tree=tree commit -qm c
        git add sub; git commit -qm all; cd tree/c; git config filter.x.clean @OUT@/evil; echo '* filter=x' > .gitattributes; touch -d 2001-01-01 s; cd ../..
        """)]
    [InlineData("a remote that missing objects come from", 1, """
        T=$(printf '100644 blob 1111111111111111111111111111111111111111\tghost\n100644 blob '$(git rev-parse HEAD:book.txt)'\tbook.txt\n' | git mktree --missing)
        git update-ref refs/heads/feature/task-plants $(git commit-tree $T -p HEAD -m ghost); git read-tree $T; git update-index --skip-worktree ghost
        git config remote.origin.url $C; git config remote.origin.promisor true; git config remote.origin.uploadpack @OUT@/evil
        git config extensions.partialClone origin; git config core.repositoryFormatVersion 1
        """)]
    public async Task What_an_agent_configures_starts_no_program_from_tuttis_git(string what, int exit, string plant)
    {
        await using var lab = new SessionLab("retries: 1", files: [("book.txt", "1\n2\n3\n4\n5\n")]);
        await File.WriteAllTextAsync(Path.Combine(lab.Folder, "plant.sh"), $"""
            export GIT_AUTHOR_NAME=Test GIT_AUTHOR_EMAIL=t@example.com GIT_COMMITTER_NAME=Test GIT_COMMITTER_EMAIL=t@example.com
            C=$(git rev-parse --path-format=absolute --git-common-dir)
            printf '#!/bin/sh\necho "$0" >> @OUT@/pwned; cat\n' > @OUT@/evil; chmod +x @OUT@/evil
            {plant}
            sed -i 's/^5$/5 planted/' book.txt; rm -f @OUT@/pwned
            """.Replace("@OUT@", lab.Out));
        var ran = await lab.RunPlanAsync($$"""
            verify: ["test -f book.txt"]
            tasks:
              - { id: plants, title: Plants, run: "sh {{lab.Folder}}/plant.sh" }
              - { id: later, title: Later, depends_on: [plants], run: "sed -i 's/^1/one/' book.txt" }
            """);
        Assert.True(lab.Marks("pwned").Length == 0, $"{what} was run");
        ran.Exits(exit);
        if (exit == 0)
            Assert.Equal("Test", lab.Git("log", "--format=%an%n%cn", "main").Split('\n').Distinct().Single());
    }

    [Fact]
    public async Task What_the_agent_that_plans_configures_is_not_the_users_word_either()
    {
        await using var lab = new SessionLab(settings: "roles: { plan: { agent: shell, run: \"sh @OUT@/plan.sh\" }, develop: { agent: shell, run: 'echo work >> book.txt' } }", files: [("book.txt", "1\n")]);
        await File.WriteAllTextAsync(Path.Combine(lab.Out, "plan.sh"), """
            printf '#!/bin/sh\necho "$0" >> @OUT@/pwned; cat\n' > @OUT@/evil; chmod +x @OUT@/evil
            git config filter.x.clean @OUT@/evil; git config filter.x.smudge @OUT@/evil
            C=$(git rev-parse --path-format=absolute --git-common-dir); mkdir -p $C/info; echo '* filter=x' > $C/info/attributes
            printf '{"nonce":"%s","tasks":[{"id":"a","title":"A"}]}' "$TUTTI_NONCE" > "$TUTTI_RESULT"
            """.Replace("@OUT@", lab.Out));
        (await lab.Start("run", "Write a book", "--display", "json").EndAsync()).Exits(0);
        Assert.Empty(lab.Marks("pwned"));
        Assert.Contains("work", lab.Show("main", "book.txt"));
    }

    [Fact]
    public async Task Filters_that_the_repository_had_before_run_on_as_they_were()
    {
        await using var lab = new SessionLab(files: [(".gitattributes", "*.txt filter=shout\n")]);
        lab.Git("config", "filter.shout.clean", "tr a-z A-Z");
        lab.Git("config", "filter.shout.smudge", "cat");
        lab.Write("book.txt", "one\n");
        lab.Commit("a book");
        (await lab.RunPlanAsync("""
            tasks:
              - { id: unsets, title: Unsets, run: "git config --unset filter.shout.clean; echo two >> book.txt" }
              - { id: replaces, title: Replaces, depends_on: [unsets], run: "git config filter.shout.clean rev; echo three >> book.txt" }
            """)).Exits(0);
        Assert.Equal("ONE\nTWO\nTHREE", lab.Show("main", "book.txt"));
    }

    [Fact]
    public async Task Settings_that_an_agent_writes_count_for_nothing_until_a_person_has_looked()
    {
        await using var lab = new SessionLab(settings: "verify: [\"grep -q 1 book.txt\"]", files: [("book.txt", "1\n")]);
        var settings = await File.ReadAllTextAsync(Path.Combine(lab.Top, ".tutti.yaml"));
        await File.WriteAllTextAsync(Path.Combine(lab.Folder, "yaml"), settings.Replace("verify:", "hooks: { task_done: 'touch @OUT@/pwned' }\n# ".Replace("@OUT@", lab.Out)));
        var ran = (await lab.RunPlanAsync($$"""
            tasks:
              - { id: writes, title: Writes, run: "cp {{lab.Folder}}/yaml .tutti.yaml" }
              - { id: other, title: Other, run: "echo more >> book.txt" }
            """)).Exits(4);
        Assert.Equal("look_before_landing", ran.Task("writes").Failure?.Code);
        Assert.Contains(".tutti.yaml", ran.Task("writes").Failure?.Message);
        Assert.Equal(settings.TrimEnd(), lab.Show("main", ".tutti.yaml"));
        Assert.Empty(lab.Marks("pwned"));
    }

    [Fact]
    public async Task An_object_that_stands_for_another_is_not_what_is_verified()
    {
        await using var lab = new SessionLab(files: [("book.txt", "true\n")]);
        var ran = (await lab.RunPlanAsync($$"""
            verify: ["sh book.txt"]
            tasks:
              - id: replaces
                title: Replaces
                run: "git replace $(git rev-parse HEAD:book.txt) $(echo 'touch {{lab.Out}}/pwned' | git hash-object -w --stdin); echo new > new.txt"
              - { id: later, title: Later, depends_on: [replaces], run: "echo later > later.txt" }
            """)).Exits(0);
        Assert.Empty(lab.Marks("pwned"));
        Assert.Contains(ran.Task("replaces").Notes, note => note.Contains("refs/replace"));
    }

    [Fact]
    public async Task Attributes_of_the_target_choose_gits_own_drivers_and_the_users_and_never_the_repositorys()
    {
        await using var lab = new SessionLab(files:
        [
            ("notes.log", "1\n"), ("mine.txt", "1\n"), ("evil.txt", "1\n2\n3\n4\n5\n"),
            (".gitattributes", "*.log merge=union\nmine.txt merge=mine\nevil.txt merge=evil\n"),
        ]);
        var global = Path.Combine(lab.Folder, "global");
        await File.WriteAllTextAsync(global, $"[merge \"mine\"]\n\tdriver = \"cat %B >> %A; echo mine >> {lab.Out}/drivers\"\n");
        lab.Extra["GIT_CONFIG_GLOBAL"] = global;
        lab.Git("config", "merge.evil.driver", $"sh -c 'echo evil >> {lab.Out}/drivers'");
        lab.Git("config", "merge.mine.driver", $"sh -c 'echo planted >> {lab.Out}/drivers'");
        // Each waits for the other, so that both begin at the same commit and the second to land has something to merge.
        await File.WriteAllTextAsync(Path.Combine(lab.Folder, "work.sh"), $$"""
            touch {{lab.Out}}/$1; n=0
            while [ ! -e {{lab.Out}}/$2 ] && [ $n -lt 600 ]; do sleep 0.1; n=$((n + 1)); done
            echo $1 >> notes.log; echo $1 > mine.txt; sed -i "s/^$3\$/$1/" evil.txt
            """);
        (await lab.RunPlanAsync($$"""
            tasks:
              - { id: one, title: One, run: "sh {{lab.Folder}}/work.sh one two 1" }
              - { id: two, title: Two, run: "sh {{lab.Folder}}/work.sh two one 5" }
            """)).Exits(0);
        Assert.Equal(["1", "one", "two"], lab.Read("notes.log").Split('\n', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal));
        Assert.Equal(["one", "two"], lab.Read("mine.txt").Split('\n', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal));
        Assert.Equal("one\n2\n3\n4\ntwo\n", lab.Read("evil.txt"));
        Assert.Equal(["mine"], lab.Marks("drivers").Distinct());
    }
}
