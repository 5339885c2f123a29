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
