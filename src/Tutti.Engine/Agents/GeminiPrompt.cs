using System.Text;
using System.Text.RegularExpressions;
using Tutti.Engine.Journal;

namespace Tutti.Engine.Agents;

/// <summary>
/// What Gemini CLI reads on stdin, so that the model gets the prompt word for word: there as at its keyboard, a text that begins with a
/// slash is a command, and each <c>@name</c> attaches what it finds, <c>@param</c> the first file whose name has "param" in it, and
/// <c>@generalist</c> hands the work to a sub-agent. A task is data, and none of that was asked for.
/// </summary>
internal static partial class GeminiPrompt
{
    /// <summary>The command of Tutti's own that <see cref="GeminiHome"/> defines. Gemini hands on the text of a command untouched, behind the command's.</summary>
    public const string Command = "tutti";

    /// <summary>The text of the command: what must be known before the prompt.</summary>
    public const string Introduction =
        "What stands below the next line is your work, word for word. Your file tools cannot write outside the working folder: "
        + "where you are told to, write with your shell tool, or say in your last message what should have been written.";

    /// <summary>Writes the file for stdin, beside the prompt.</summary>
    /// <returns>Its path.</returns>
    public static string Write(AttemptRequest request)
    {
        var path = Path.Combine(request.Folder.Path, "stdin.md");
        var beside = $"{path}.{Guid.NewGuid():n}.new";
        File.WriteAllText(beside, OwnFolder.IsWanted(request.Entry) ? $"/{Command}\n{Secrets.OfProcess.Mask(request.Prompt)}" : Escaped(Secrets.OfProcess.Mask(request.Prompt)), new UTF8Encoding(false));
        File.Move(beside, path, overwrite: true);
        return path;
    }

    /// <summary>For a home of the user's own, in which no command is defined: each at sign that would count gets the backslash that Gemini knows.</summary>
    private static string Escaped(string prompt)
    {
        var escaped = AtSign().Replace(prompt, @"\@");
        return escaped == prompt ? $"{Introduction}\n\n{prompt}" : $"{Introduction} Read \\@ as an at sign.\n\n{escaped}";
    }

    [GeneratedRegex(@"(?<!\\)@(?=[^ \t\r\n,;!?()\[\]{}])", RegexOptions.CultureInvariant)]
    private static partial Regex AtSign();
}
