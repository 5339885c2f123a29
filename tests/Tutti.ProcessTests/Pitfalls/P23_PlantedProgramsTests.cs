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
}
