using System.CommandLine;
using System.CommandLine.Completions;
using Tutti.Core;
using Tutti.Engine.Journal;

namespace Tutti.Commands;

/// <summary>The four screens of <c>tutti status</c>.</summary>
internal enum StatusKind
{
    Summary,
    Detailed,
    Resources,
    Issues,
}

/// <summary>
/// <c>tutti status</c>. A statusline calls it many times a minute: with <c>--json</c> it starts no git, reads no YAML and loads no
/// library that draws.
/// </summary>
internal static class StatusCommand
{
    private static readonly string[] Kinds = [.. Enum.GetNames<StatusKind>().Select(name => name.ToLowerInvariant())];

    public static Command Create()
    {
        var words = new Argument<string[]>("VIEW | SESSION") { HelpName = "VIEW | SESSION", Description = "summary, detailed, resources or issues; a session's id (default: the newest)", Arity = new ArgumentArity(0, 2) };
        words.CompletionSources.Add(_ => Kinds.Concat(Ids.Sessions()).Select(word => new CompletionItem(word)));
        var json = new Option<bool>("--json") { Description = "As JSON; with --watch one line for each change" };
        var watch = new Option<bool>("--watch", "-w") { Description = "Go on until the session is at its end" };
        var command = new Command("status", "Show where a session and its tasks stand.") { words, json, watch };
        command.SetAction((parsed, cancellation) =>
            RunAsync(parsed.GetValue(words) ?? [], parsed.GetValue(json), parsed.GetValue(watch), cancellation));
        return command;
    }

    /// <summary>
    /// Answers <c>tutti status --json</c> from the conductor's snapshot, before a command line is even made: that alone costs as much
    /// as starting a program. False, and nothing written, where there is more to say.
    /// </summary>
    /// <exception cref="FailureException"><c>not_a_repository</c>.</exception>
    public static bool TrySnapshot(string[] args)
    {
        if (args is not ["status", "--json"] || Folder(Workplace.Here(), null) is not { } folder
            || StatusSnapshot.Read(folder, TimeProvider.System.GetUtcNow()) is not { } document)
            return false;
        using var stdout = Console.OpenStandardOutput();
        stdout.Write(document.Span);
        return true;
    }

    private static async Task<int> RunAsync(string[] words, bool json, bool watch, CancellationToken cancellation)
    {
        var place = Workplace.Here();
        var (kind, id) = Understand(words, place);
        if (Folder(place, id) is not { } folder)
            return await NoneAsync(json);
        if (json && !watch && kind is (StatusKind.Summary or StatusKind.Detailed) && StatusSnapshot.Read(folder, TimeProvider.System.GetUtcNow()) is { } snapshot)
        {
            await StatusJson.WriteAsync(snapshot, cancellation);
            return ExitCodes.AllDone;
        }

        using var follow = new JournalFollow(folder, watch);
        var state = follow.State ?? Workplace.Read(folder);
        if (watch)
        {
            await StatusWatch.RunAsync(new StatusLook(place, folder), follow, kind, json, cancellation);
            return ExitCodes.AllDone;
        }

        var live = await new StatusLook(place, folder).AtAsync(state, Workplace.IsConducted(follow.Conductor), cancellation);
        if (json)
            await StatusJson.WriteAsync(kind, state, live, indented: true, cancellation);
        else
            await Console.Out.WriteAsync(StatusText.Of(kind, state, live));
        return ExitCodes.AllDone;
    }

    private static (StatusKind Kind, string? Session) Understand(string[] words, Workplace place)
    {
        var kind = words.Select(Kind).FirstOrDefault(known => known is not null);
        var others = words.Where(word => Kind(word) is null).ToList();
        if (others.Count > 1 || (words.Length > 1 && others.Count == 0))
            throw FailureException.Input("usage", $"one view and one session at most, not {string.Join(' ', words)}", $"views: {string.Join(", ", Kinds)}");
        if (others is [var word] && !(word.Length > 0 && char.IsAsciiDigit(word[0])))
        {
            var known = Kinds.Concat(SessionFolder.All(place.Repository.StateDirectory).Take(5).Select(s => s.Id)).ToList();
            throw FailureException.Input("view_unknown", $"'{word}' is neither a view nor a session", Nearest.Hint(word, known));
        }

        return (kind ?? StatusKind.Summary, others.Count > 0 ? others[0] : null);
    }

    private static StatusKind? Kind(string word) =>
        Array.IndexOf(Kinds, word.ToLowerInvariant()) is >= 0 and var index ? (StatusKind)index : null;

    private static SessionFolder? Folder(Workplace place, string? id) => id is not null
        ? place.Session(id)
        : SessionFolder.All(place.Repository.StateDirectory).FirstOrDefault(folder => folder.HasStarted);

    private static async Task<int> NoneAsync(bool json)
    {
        await Console.Out.WriteLineAsync(json ? StatusJson.None : "No session in this repository yet; 'tutti run' starts one.");
        return ExitCodes.AllDone;
    }
}
