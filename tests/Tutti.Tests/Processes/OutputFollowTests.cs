using System.Text.Json;
using Tutti.Engine.Agents;
using Tutti.Engine.Processes;

namespace Tutti.Tests.Processes;

/// <summary>Long lines of agents' output are cut, and what is left is still text: 'tutti logs --json' ended with a defect where it was not.</summary>
public sealed class OutputFollowTests : IDisposable
{
    private const string Faces = "\U0001F600\U0001F600\U0001F600\U0001F600";

    private readonly string _path = Path.GetTempFileName();

    public void Dispose() => File.Delete(_path);

    [Theory]
    [InlineData(OutputFollow.LongestLine - 1)]
    [InlineData(OutputFollow.LongestLine)]
    public async Task A_line_is_not_cut_in_the_middle_of_a_character(int before)
    {
        await File.WriteAllTextAsync(_path, new string('x', before) + Faces + "\n", TestContext.Current.CancellationToken);
        var told = await OutputFollow.LinesAsync(_path, 0, Task.CompletedTask, TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken);
        Assert.Equal([$"{new string('x', before)} … (8 more characters)"], told);
    }

    [Theory]
    [InlineData(1_998)]
    [InlineData(1_999)]
    public async Task Nor_is_what_an_agent_says(int before)
    {
        await File.WriteAllTextAsync(_path, "{}\n", TestContext.Current.CancellationToken);
        var reading = new AgentReading(new Talker(new string('x', before) + Faces));
        var told = await AgentLines.LinesAsync(_path, reading, Task.CompletedTask, TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken);
        Assert.Equal([$"{new string('x', before)}…", $"→ Bash {new string('x', before - 7)}…"], told);
    }

    private sealed class Talker(string text) : IStreamParser
    {
        public IEnumerable<AgentEvent> Read(JsonElement line) => [new AgentEvent.Said(text), new AgentEvent.ToolUsed("Bash", text[7..])];
    }
}
