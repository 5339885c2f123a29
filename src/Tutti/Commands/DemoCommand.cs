using System.CommandLine;
using Tutti.Core;
using Tutti.Core.Session;
using Tutti.Engine.Config;
using Tutti.Engine.Demo;
using Tutti.Engine.Git;
using Tutti.Terminal;

namespace Tutti.Commands;

/// <summary><c>tutti demo</c>: the whole of it on a small sample repository. Everything is real but the agents.</summary>
internal static class DemoCommand
{
    public static Command Create()
    {
        var display = RunCommand.DisplayOption();
        var fast = new Option<bool>("--fast") { Description = "Let the scripted agents work without pauses" };
        var clean = new Option<bool>("--clean") { Description = "Remove the sample repository afterwards (it is kept otherwise)" };
        var command = new Command("demo", "Play a session on a small sample repository with scripted agents: no key, no network.") { display, fast, clean };
        command.SetAction((parsed, cancellation) =>
            RunAsync(parsed.GetValue(display), parsed.GetValue(fast), parsed.GetValue(clean), cancellation));
        return command;
    }

    private static async Task<int> RunAsync(string? display, bool fast, bool clean, CancellationToken cancellation)
    {
        var mode = Displays.Choose(display, TerminalFacts.OfStderr());
        var shop = await DemoShop.OpenAsync(Path.Combine(AppContext.BaseDirectory, "samples", "shop"), fast, cancellation);
        await Console.Error.WriteLineAsync($"A small shop is ready in {shop.Repository}; seven scripted agents are about to work on it.");
        try
        {
            return await PlayAsync(shop, display, mode, kept: !clean, cancellation);
        }
        finally
        {
            if (clean)
                Directory.Delete(shop.Root, recursive: true);
        }
    }

    private static async Task<int> PlayAsync(DemoShop shop, string? display, DisplayMode mode, bool kept, CancellationToken cancellation)
    {
        var place = new Workplace(Repository.Discover(shop.Repository));

        // Nothing of the user's settings counts here: the show is the same everywhere.
        var sources = new SettingsSources(place.Top);
        var wish = new TaskWish([], shop.Plan, null, null, [], null);
        var code = await RunCommand.RunAsync(place, sources, wish, new RunFlags(DryRun: false, Yes: true, Detach: false, display), cancellation);
        if (code == ExitCodes.Interrupted)
            return code;
        var state = Workplace.Read(place.Session(null));
        var surprises = DemoEnding.Surprises(state);
        var words = mode == DisplayMode.Json ? Console.Error : Console.Out;
        if (kept)
            await words.WriteAsync(await WhereToLookAsync(shop, state, cancellation));
        await words.WriteLineAsync(surprises.Count == 0
            ? "That is how it was meant to end: payments fails so that you see a failure, receipts is therefore never started, and one of invoice and currency conflicts with the other."
            : $"It did not end as it was meant to: look at {string.Join(", ", surprises)}.");
        return surprises.Count == 0 ? ExitCodes.AllDone : ExitCodes.SomeFailed;
    }

    private static async Task<string> WhereToLookAsync(DemoShop shop, SessionState state, CancellationToken cancellation)
    {
        var graph = await GitCommand.RunAsync(shop.Repository, ["log", "--graph", "--oneline", "--no-color", "-n", "20", "main"], cancellation: cancellation);
        var conflict = DemoEnding.Conflicting(state) is { Branch: { } branch } task
            ? $"\n  git diff main...{branch}    what {task.Id} did, kept for a person to merge"
            : "";
        return $"""

            What is on main now:
            {graph}

            Look around (everything is kept in {shop.Root}; remove that folder when you have seen enough):
              cd {shop.Repository}
              tutti status              where each task stands
              tutti report              times, what is kept, and why
              tutti logs payments       what the failing agent printed{conflict}


            """;
    }
}
