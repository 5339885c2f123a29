using System.Text.Json;
using Tutti.Engine.Agents;

namespace Tutti.Tests.Agents;

/// <summary>The inputs are those that the tools of the recorded programs take.</summary>
public sealed class ToolTargetTests
{
    [Theory]
    [InlineData("""{"content":"x","file_path":"a.txt"}""", "a.txt")]
    [InlineData("""{"filePath":"b.txt","oldString":"x"}""", "b.txt")]
    [InlineData("""{"description":"Run the tests","command":"npm test"}""", "npm test")]
    [InlineData("""{"path":"src","pattern":"needle"}""", "needle")]
    [InlineData("""{"dir_path":"src","pattern":"needle"}""", "needle")]
    [InlineData("""{"prompt":"Read all of it and tell","description":"Look around","subagent_type":"explore"}""", "Look around")]
    [InlineData("""{"agent_name":"investigator","prompt":"Read all of it"}""", "investigator")]
    [InlineData("""{"url":"http://127.0.0.1/","prompt":"What is there?"}""", "http://127.0.0.1/")]
    [InlineData("""{"file_path":7,"command":null,"query":"how"}""", "how")]
    public void The_most_telling_name_is_taken(string input, string target) => Assert.Equal(target, Of(input));

    [Theory]
    [InlineData("""{"todos":[]}""")]
    [InlineData("""["a.txt"]""")]
    [InlineData("null")]
    public void An_input_that_names_nothing_has_none(string input) => Assert.Null(Of(input));

    private static string? Of(string input)
    {
        using var document = JsonDocument.Parse(input);
        return ToolTarget.Of(document.RootElement);
    }
}
