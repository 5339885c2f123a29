using Tutti.ProcessTests.Support;

namespace Tutti.ProcessTests.Pitfalls;

/// <summary>P16: missing <c>.env</c> and dependencies, port clashes.</summary>
public class P16_MissingEnvironmentTests
{
    [Fact]
    public async Task A_slot_has_the_listed_copies_private_to_the_user_its_set_up_and_ports_of_its_own()
    {
        await using var lab = new SessionLab();
        lab.Write(".env", "KEY=1\n");
        var secret = Path.Combine(lab.Folder, "secret");
        await File.WriteAllTextAsync(secret, "secret\n");
        File.CreateSymbolicLink(Path.Combine(lab.Top, "link.ignored"), secret);
        const string run = "cat .env set-up.ignored >> @OUT@/seen; stat -c %a .env >> @OUT@/mode; echo $TUTTI_PORT_BASE >> @OUT@/ports; [ ! -e link.ignored ] || : > @OUT@/leaked; echo x > $TUTTI_TASK.txt; while [ $(wc -l < @OUT@/ports) -lt 3 ]; do sleep 0.05; done";
        var ran = (await lab.RunPlanAsync($$"""
            setup: ["echo made > set-up.ignored"]
            copy: [.env, link.ignored, not-there.ignored]
            tasks:
              - { id: a, title: A, run: "{{run}}" }
              - { id: b, title: B, run: "{{run}}" }
              - { id: c, title: C, run: "{{run}}" }
            """)).Exits(0);
        Assert.Equal(6, lab.Marks("seen").Count(line => line is "KEY=1" or "made"));
        Assert.All(lab.Marks("mode"), mode => Assert.Equal("600", mode));
        Assert.Equal(3, lab.Marks("ports").Distinct().Count());
        Assert.All(lab.Marks("ports"), port => Assert.InRange(int.Parse(port), 1024, 32767));
        Assert.False(File.Exists(Path.Combine(lab.Out, "leaked")));
        Assert.Contains(ran.Task("a").Notes, note => note.Contains("link.ignored"));
    }
}
