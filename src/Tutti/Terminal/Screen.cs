using Spectre.Console;
using Spectre.Console.Advanced;
using Spectre.Console.Rendering;

namespace Tutti.Terminal;

/// <summary>Turns what is to be shown into text for one kind of terminal.</summary>
public static class Screen
{
    /// <summary>The text, with colours where the terminal has them, every line ended.</summary>
    public static string Text(IEnumerable<IRenderable> parts, TerminalFacts facts)
    {
        var text = facts.Color ? Of(facts).ToAnsi(new Rows(parts)) : Plain(new Rows(parts), Of(facts));
        return text.EndsWith('\n') || text.Length == 0 ? text : text + "\n";
    }

    // ToAnsi leaves out colours where there are none, but never bold: a file or pipe would get escape sequences.
    private static string Plain(Rows rows, IAnsiConsole console) =>
        string.Concat(rows.GetSegments(console).Where(segment => !segment.IsControlCode).Select(segment => segment.Text)).ReplaceLineEndings("\n");

    // Only ever renders to strings. The environment is not asked again: the facts have it.
    private static IAnsiConsole Of(TerminalFacts facts)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = facts.Color ? AnsiSupport.Yes : AnsiSupport.No,
            ColorSystem = facts.Color ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(TextWriter.Null),
            Enrichment = new ProfileEnrichment { UseDefaultEnrichers = false },
        });
        console.Profile.Width = facts.Columns;
        console.Profile.Capabilities.Unicode = facts.Unicode;
        return console;
    }
}
