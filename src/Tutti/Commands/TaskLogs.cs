using System.Text.Json;
using System.Threading.Channels;
using Tutti.Core.Session;
using Tutti.Core.Views;
using Tutti.Engine.Agents;
using Tutti.Engine.Journal;
using Tutti.Engine.Processes;

namespace Tutti.Commands;

/// <summary>
/// The outputs of a task's attempts on standard output: first stdout, then stderr, of an attempt that is over; line by line as they
/// come of one that lives. A heading for each attempt goes to standard error.
/// </summary>
internal sealed class TaskLogs(SessionFolder folder, JournalFollow journal, Secrets secrets, string task, int lines, bool raw, bool json)
{
    // Both outputs wait while standard output is slow; agents write to files and never wait for a reader.
    private const int MostWaiting = 1_000;

    private readonly SecretLines _stdout = new(secrets);
    private readonly SecretLines _stderr = new(secrets);

    /// <summary>Shows the newest attempt.</summary>
    public async Task ShowNewestAsync(CancellationToken cancellation)
    {
        if (Subject.Attempts.Count == 0)
            await SayNothingYetAsync();
        else
            await ShowAsync(Subject.Attempts[^1], follow: false, cancellation);
    }

    /// <summary>Shows one attempt; follows it to its end where asked.</summary>
    public async Task ShowAsync(AttemptState attempt, bool follow, CancellationToken cancellation)
    {
        await Console.Error.WriteLineAsync($"== {task}: attempt {attempt.Number}, {Words.Of(attempt.Stage)} ({attempt.Agent}), {Words.Of(attempt.Outcome)}");
        var files = AttemptFolder.Of(folder.Path, task, attempt.Number, Words.Of(attempt.Stage));
        var over = follow ? OverAsync(attempt.Number, cancellation) : Task.CompletedTask;
        if (over.IsCompleted)
        {
            await PrintAsync(attempt, "stdout", files.Stdout, over, cancellation);
            await PrintAsync(attempt, "stderr", files.Stderr, over, cancellation);
            return;
        }

        await PrintBothAsync(attempt, files, over, cancellation);
    }

    /// <summary>Follows the newest attempt and those after it, until the task is at its end or nothing conducts it any more.</summary>
    public async Task FollowAsync(CancellationToken cancellation)
    {
        if (Subject.Attempts.Count == 0)
            await SayNothingYetAsync();
        var shown = Math.Max(0, Subject.Attempts.Count - 1);
        while (true)
        {
            for (; shown < Subject.Attempts.Count; shown++)
                await ShowAsync(Subject.Attempts[shown], follow: true, cancellation);
            if (IsOver)
                return;
            await journal.ChangedAsync(cancellation);
            journal.Read();
        }
    }

    private TaskState Subject => journal.State!.Tasks[task];

    private bool IsOver => (Subject.IsSettled && Subject.Live is null) || journal.State!.EndedAt is not null || !Workplace.IsConducted(journal.Conductor);

    private async Task OverAsync(int number, CancellationToken cancellation)
    {
        while (Subject.Attempts[number - 1].Outcome is null && !IsOver)
        {
            await journal.ChangedAsync(cancellation);
            journal.Read();
        }
    }

    private async Task SayNothingYetAsync() =>
        await Console.Error.WriteLineAsync($"{task} has no attempt yet: it is {Words.Of(Subject.Shown)}{(Subject.Failure is { } why ? $" ({why.Message})" : "")}.");

    private async Task PrintAsync(AttemptState attempt, string stream, string path, Task over, CancellationToken cancellation)
    {
        await foreach (var line in LinesAsync(attempt, stream, path, over, cancellation))
            await Console.Out.WriteLineAsync(Written(attempt, stream, line));
        await Console.Out.FlushAsync(cancellation);
    }

    private async Task PrintBothAsync(AttemptState attempt, AttemptFolder files, Task over, CancellationToken cancellation)
    {
        var both = Channel.CreateBounded<string>(MostWaiting);
        async Task Pump(string stream, string path)
        {
            await foreach (var line in LinesAsync(attempt, stream, path, over, cancellation))
                await both.Writer.WriteAsync(Written(attempt, stream, line), cancellation);
        }

        var pumps = Task.WhenAll(Pump("stdout", files.Stdout), Pump("stderr", files.Stderr));
        var closed = pumps.ContinueWith(done => both.Writer.TryComplete(done.Exception), TaskScheduler.Default);
        await foreach (var text in both.Reader.ReadAllAsync(cancellation))
        {
            await Console.Out.WriteLineAsync(text);
            await Console.Out.FlushAsync(cancellation);
        }

        await closed;
        await pumps;
    }

    private IAsyncEnumerable<string> LinesAsync(AttemptState attempt, string stream, string path, Task over, CancellationToken cancellation)
    {
        var printed = OutputFollow.LinesAsync(path, OutputTail.StartOfLast(path, lines), over, cancellation);
        if (raw || Reading(attempt) is not { } reading)
            return printed;
        if (stream != "stdout")
            return reading.HeedsErrors ? AgentLines.OfErrorsAsync(printed, reading, cancellation) : printed;
        var all = AgentLines.LinesAsync(path, reading, over, cancellation);
        return over.IsCompleted ? LastAsync(all) : all;
    }

    private AgentReading? Reading(AttemptState attempt) =>
        AttemptReading.Open(journal.State!, Subject, attempt, AttemptFolder.Of(folder.Path, task, attempt.Number, Words.Of(attempt.Stage)));

    private async IAsyncEnumerable<string> LastAsync(IAsyncEnumerable<string> all)
    {
        var last = new Queue<string>();
        await foreach (var line in all)
        {
            last.Enqueue(line);
            if (last.Count > lines)
                last.Dequeue();
        }

        foreach (var line in last)
            yield return line;
    }

    private SecretLines Masking(string stream) => stream == "stdout" ? _stdout : _stderr;

    // {"attempt":2,"stage":"develop","stream":"stdout","line":"…"}
    private string Written(AttemptState attempt, string stream, string line) => Masking(stream).Mask(json
        ? $$"""{"attempt":{{attempt.Number}},"stage":"{{Words.Of(attempt.Stage)}}","stream":"{{stream}}","line":"{{JsonEncodedText.Encode(line)}}"}"""
        : line);
}
