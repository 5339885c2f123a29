using Tutti.Core.Session;
using Tutti.Core.Views;
using Tutti.Engine.Journal;
using Tutti.Terminal;

namespace Tutti.Commands;

/// <summary>The report at the end of a session: on the screen, and beside its journal as Markdown and JSON.</summary>
internal static class Reports
{
    public static async Task SaveAndPrintAsync(SessionState state, SessionFolder folder, DisplayMode mode, TimeProvider time)
    {
        var view = ReportView.From(state, new LiveInfo(time.GetUtcNow()) { ConductorAlive = true, Folder = folder.Path });
        await SaveAsync(folder.File("report.md"), ReportWriter.Markdown(view));
        await SaveAsync(folder.File("report.json"), ReportWriter.Json(view));
        if (HandOff.IsDue(state))
            await SaveAsync(folder.File(HandOff.FileName(state)), HandOff.Of(state));
        if (mode != DisplayMode.Json)
            await TryAsync("the report", () => Console.Out.WriteAsync(ReportWriter.Text(view, TerminalFacts.OfStdout())));
        if (HandOff.IsDue(state))
            await Console.Error.WriteLineAsync($"  hand-off: {folder.File(HandOff.FileName(state))}");
    }

    private static Task SaveAsync(string path, string text) => TryAsync(path, async () =>
    {
        var beside = path + ".new";
        await File.WriteAllTextAsync(beside, text);
        File.Move(beside, path, overwrite: true);
    });

    // The session is at its end, and its journal says so: what cannot be written here changes neither that nor the exit code.
    private static async Task TryAsync(string what, Func<Task> write)
    {
        try
        {
            await write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync($"  note: {what} could not be written: {e.Message}; 'tutti report' tells the same from the journal");
        }
    }
}
