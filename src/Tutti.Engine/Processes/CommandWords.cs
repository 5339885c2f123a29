using System.Text;
using Tutti.Core;
using Tutti.Engine.Documents;

namespace Tutti.Engine.Processes;

/// <summary>Splits a command line into words as a POSIX shell does, without expanding anything.</summary>
/// <remarks><c>mybot --acp</c> · <c>"C:/my bot" -m 'two words'</c> · <c>a\ b</c> is one word · <c>''</c> is an empty one.</remarks>
public static class CommandWords
{
    /// <summary>The words; none for an empty line.</summary>
    /// <exception cref="FailureException"><c>command_invalid</c>: a quote is not closed.</exception>
    public static IReadOnlyList<string> Split(string line)
    {
        var words = new List<string>();
        StringBuilder? word = null;
        var quote = '\0';
        for (var i = 0; i < line.Length; i++)
        {
            var c = line[i];
            if (quote == '\0' && char.IsWhiteSpace(c))
            {
                if (word is not null)
                    words.Add(word.ToString());
                word = null;
            }
            else if (c == quote || (quote == '\0' && c is '"' or '\''))
            {
                quote = quote == '\0' ? c : '\0';
                word ??= new StringBuilder();
            }
            else
            {
                // Inside double quotes a backslash protects only what would mean something there.
                if (c == '\\' && i + 1 < line.Length && (quote == '\0' || (quote == '"' && line[i + 1] is '"' or '\\' or '$' or '`')))
                    c = line[++i];
                (word ??= new StringBuilder()).Append(c);
            }
        }

        if (quote != '\0')
            throw FailureException.Input("command_invalid", $"the command `{DocumentFailure.Shown(line)}` has a quote that is not closed");
        return word is null ? words : [.. words, word.ToString()];
    }
}
