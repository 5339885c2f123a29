using System.Text.Json;

namespace Tutti.Engine.Agents;

/// <summary>What a tool is used on, told from its input: one list of names for all agents, whose tools spell alike what they mean alike.</summary>
internal static class ToolTarget
{
    // The most telling first: a search is told by its pattern rather than by its folder, a sub-agent by a few words rather than by its whole prompt.
    private static readonly string[] Names =
    [
        "file_path", "filePath", "absolute_path", "notebook_path", "command", "pattern", "url", "query", "path", "dir_path",
        "subject", "description", "skill", "agent_name", "name", "prompt", "taskId",
    ];

    /// <summary>The first text that names a target; null where the input has none.</summary>
    /// <param name="input">The arguments of the call, as the agent wrote them.</param>
    public static string? Of(JsonElement? input) =>
        input is { } given ? Names.Select(name => given.Text(name)).FirstOrDefault(value => value is not null) : null;
}
