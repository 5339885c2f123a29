using Tutti.ProcessTests.Support;

namespace Tutti.ProcessTests.Pitfalls;

/// <summary>P11: parallel agents corrupted the shared agent configuration.</summary>
public class P11_SharedAgentConfigurationTests
{
    [Fact]
    public async Task Each_attempt_has_files_of_its_own_that_no_other_user_can_read()
    {
        await using var lab = new SessionLab();
        var tasks = Enumerable.Range(1, 4).Select(i => $"  - {{ id: t{i}, title: T, run: \"echo $TUTTI_RESULT $TUTTI_PROMPT >> @OUT@/log; stat -c %a $(dirname $TUTTI_RESULT) >> @OUT@/mode; echo {i} > t{i}.txt\" }}");
        (await lab.RunPlanAsync($"tasks:\n{string.Join('\n', tasks)}")).Exits(0);
        var files = lab.Marks().SelectMany(line => line.Split(' ')).ToList();
        Assert.Equal(8, files.Distinct().Count());
        Assert.Equal(4, files.Select(Path.GetDirectoryName).Distinct().Count());
        Assert.All(lab.Marks("mode"), mode => Assert.Equal("700", mode));
    }
}
