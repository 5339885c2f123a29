using System.CommandLine;
using System.CommandLine.Completions;
using Tutti.Core;
using Tutti.Core.Views;
using Tutti.Engine.Journal;
using Tutti.Terminal;

namespace Tutti.Commands;

/// <summary>How a report is written.</summary>
internal enum ReportFormat
{
    Text,
    Markdown,
    Json,
    Html,
}

/// <summary><c>tutti report</c>: what a session came to.</summary>
internal static class ReportCommand
{
    public static Command Create()
    {
        var session = new Argument<string?>("SESSION") { HelpName = "SESSION", Description = "Its id (default: the newest)", Arity = ArgumentArity.ZeroOrOne };
        session.CompletionSources.Add(_ => Ids.Sessions().Select(id => new CompletionItem(id)));
        var format = new Option<string?>("--format", "-f") { Description = "text, markdown, json, html", HelpName = "FORMAT" };
        format.CompletionSources.Add("text", "markdown", "json", "html");
        var json = new Option<bool>("--json") { Description = "Same as --format json" };
        var command = new Command("report", "Tell what a session came to: landed, failed, kept, time and cost.") { session, format, json };
        command.SetAction((parsed, _) =>
            RunAsync(parsed.GetValue(session), parsed.GetValue(json) ? ReportFormat.Json : RunOptions.Choice<ReportFormat>(parsed, format) ?? ReportFormat.Text));
        return command;
    }

    private static async Task<int> RunAsync(string? session, ReportFormat format)
    {
        var folder = Workplace.Here().Session(session);
        using var journal = new JournalFollow(folder, watch: false);
        var state = journal.State ?? Workplace.Read(folder);
        var live = new LiveInfo(TimeProvider.System.GetUtcNow()) { ConductorAlive = Workplace.IsConducted(journal.Conductor), Folder = folder.Path };
        var view = ReportView.From(state, live);
        var text = format switch
        {
            ReportFormat.Text => ReportWriter.Text(view, TerminalFacts.OfStdout()),
            ReportFormat.Markdown => ReportWriter.Markdown(view),
            ReportFormat.Json => ReportWriter.Json(view),
            ReportFormat.Html => ReportWriter.Html(view),
            _ => throw new ArgumentOutOfRangeException(nameof(format), format, null),
        };
        await Console.Out.WriteAsync(text.EndsWith('\n') ? text : text + "\n");
        return ExitCodes.AllDone;
    }
}
