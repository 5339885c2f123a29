using System.Text;
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
        var console = Of(facts);
        var text = new StringBuilder();
        foreach (var part in parts)
            text.Append((facts.Color ? console.ToAnsi(part) : Uncoloured(console, part)).TrimEnd('\n')).Append('\n');
        return text.ToString();
    }

    // ToAnsi writes bold even for a console that knows no escape sequences.
    private static string Uncoloured(IAnsiConsole console, IRenderable part) =>
        string.Concat(part.Render(RenderOptions.Create(console), console.Profile.Width).Select(segment => segment.Text));

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
