namespace Tutti.Engine.Agents;

/// <summary>Marks text from outside as data, so that it cannot end its own quotation and go on as an instruction.</summary>
public static class Fence
{
    private const int Shortest = 3;

    /// <summary>The text in a Markdown fence that is longer than any run of backticks inside.</summary>
    /// <param name="text">Any text.</param>
    /// <param name="word">Stands behind the opening fence; one word.</param>
    public static string Around(string text, string word = "")
    {
        var fence = new string('`', Math.Max(Shortest, LongestRun(text) + 1));
        return $"{fence}{word}\n{text.TrimEnd()}\n{fence}";
    }

    private static int LongestRun(string text)
    {
        var (longest, run) = (0, 0);
        foreach (var c in text)
        {
            run = c == '`' ? run + 1 : 0;
            longest = Math.Max(longest, run);
        }

        return longest;
    }
}
