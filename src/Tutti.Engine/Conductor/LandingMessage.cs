using System.Text.RegularExpressions;
using Tutti.Core;
using Tutti.Core.Session;
using Tutti.Engine.Documents;
using Tutti.Engine.Git;

namespace Tutti.Engine.Conductor;

/// <summary>The message of the commit that brings a task onto the target: a template of the user's, and trailers that say whose it is.</summary>
internal static partial class LandingMessage
{
    private const string BuiltIn = "Merge {branch}: {title}";
    private const string BuiltInSquash = "{title}\n\n{summary}";

    private static readonly string[] Names = ["id", "title", "branch", "target", "session", "summary"];

    /// <summary>A template that can be used.</summary>
    /// <exception cref="FailureException"><c>merge_message</c>: it names something else in braces, or has no first line.</exception>
    public static string Checked(Node node)
    {
        var text = node.Filled();
        if (Place().Matches(text).FirstOrDefault(m => !Names.Contains(m.Groups["name"].Value)) is { } unknown)
        {
            throw FailureException.Input(
                "merge_message", $"merge_message has '{DocumentFailure.Shown(unknown.Value)}', which means nothing, in {node.Place}", $"known: {string.Join(", ", Names.Select(n => $"{{{n}}}"))}");
        }

        return text;
    }

    /// <summary>The message for a task, with a line for each co-author.</summary>
    public static string For(SessionState state, TaskState task, IReadOnlyList<string> coAuthors)
    {
        var template = state.Settings.MergeMessage ?? (state.Settings.MergeStyle == MergeStyle.Squash ? BuiltInSquash : BuiltIn);
        var text = Place().Replace(template, m => Value(m.Groups["name"].Value, state, task)).Trim();
        var body = text.Length == 0 ? CommitTrailers.OneLine(task.Spec.Title) : text;
        List<string> trailers = [.. coAuthors.Select(who => $"Co-authored-by: {who}"), CommitTrailers.Of(task.Id, state.Id)];
        return $"{body}\n\n{string.Join('\n', trailers)}";
    }

    private static string Value(string name, SessionState state, TaskState task) => name switch
    {
        "id" => CommitTrailers.OneLine(task.Id),
        "title" => CommitTrailers.OneLine(task.Spec.Title),
        "branch" => task.Branch!,
        "target" => state.Target,
        "session" => state.Id,
        "summary" => task.Summary?.Trim() ?? "",
        _ => $"{{{name}}}",
    };

    [GeneratedRegex(@"\{(?<name>[a-z_]+)\}", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Place();
}
