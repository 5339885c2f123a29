using System.Text;
using Tutti.Core;
using Tutti.Engine.Processes;

namespace Tutti.Engine.Git.Landing;

/// <summary>
/// One git process that is kept and asked again and again, a line for a line; a process of its own for each question would cost most of what
/// landing a branch takes. It is only ever a shortcut: where it cannot answer there is no answer, and the caller runs the plain command.
/// </summary>
/// <param name="start">Starts git; called at the first question, and again after it has died.</param>
internal sealed class GitDialogue(Func<DuplexProcess> start) : IAsyncDisposable
{
    /// <summary>An answer that takes longer does not come: git is stopped, or the disk is.</summary>
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(30);

    /// <summary>Longer lines are none that git writes here.</summary>
    private const int LongestLine = 4096;

    private readonly SemaphoreSlim _one = new(1, 1);
    private Open? _open;

    /// <summary>The answers to some questions, in their order; null when git did not give them all.</summary>
    /// <param name="questions">Lines without a line break.</param>
    /// <param name="cancellation">Gives up; the process is ended, because its answers would be taken for those to the next questions.</param>
    public async Task<IReadOnlyList<string>?> AskAsync(IReadOnlyList<string> questions, CancellationToken cancellation)
    {
        await _one.WaitAsync(cancellation);
        var answered = false;
        try
        {
            var open = _open ??= new Open(start());
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            limit.CancelAfter(AnswerLimit);
            var answers = await open.AskAsync(questions, limit.Token);
            answered = answers is not null;
            return answers;
        }
        catch (Exception e) when (e is IOException or FailureException || (e is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            return null; // Someone has killed it; the caller has another way.
        }
        finally
        {
            if (!answered && _open is { } failed)
            {
                _open = null;
                await failed.Process.DisposeAsync();
            }

            _one.Release();
        }
    }

    /// <summary>Ends the process, if there is one.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_open is { } open)
            await open.Process.DisposeAsync();
        _open = null;
        _one.Dispose();
    }

    private sealed class Open(DuplexProcess process)
    {
        private readonly byte[] _buffer = new byte[LongestLine];
        private int _filled;

        public DuplexProcess Process => process;

        public async Task<IReadOnlyList<string>?> AskAsync(IReadOnlyList<string> questions, CancellationToken cancellation)
        {
            var answers = new List<string>(questions.Count);
            // One after the other: git stops reading when nobody reads its answers.
            foreach (var question in questions)
            {
                await process.Input.WriteAsync(Encoding.UTF8.GetBytes(question + "\n"), cancellation);
                await process.Input.FlushAsync(cancellation);
                if (await LineAsync(cancellation) is not { } answer)
                    return null;
                answers.Add(answer);
            }

            return answers;
        }

        private async Task<string?> LineAsync(CancellationToken cancellation)
        {
            while (true)
            {
                var end = _buffer.AsSpan(0, _filled).IndexOf((byte)'\n');
                if (end >= 0)
                {
                    var line = Encoding.UTF8.GetString(_buffer, 0, end);
                    _filled -= end + 1;
                    Array.Copy(_buffer, end + 1, _buffer, 0, _filled);
                    return line;
                }

                var read = _filled == _buffer.Length ? 0 : await process.Output.ReadAsync(_buffer.AsMemory(_filled), cancellation);
                if (read == 0)
                    return null;
                _filled += read;
            }
        }
    }
}
