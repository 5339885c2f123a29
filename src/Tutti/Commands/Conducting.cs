using System.Runtime.InteropServices;
using Tutti.Core;
using Tutti.Core.Session;
using Tutti.Core.Views;
using Tutti.Engine.Conductor;
using Tutti.Engine.Host;
using Tutti.Engine.Journal;
using Tutti.Terminal;

namespace Tutti.Commands;

/// <summary>A session conducted in the foreground: its display, the signals of the terminal, and its report.</summary>
internal static class Conducting
{
    private static readonly TimeSpan TickEvery = TimeSpan.FromMilliseconds(250);

    /// <summary>Conducts to the end, tells the story, prints the report.</summary>
    /// <returns>The session's exit code.</returns>
    public static async Task<int> RunAsync(RunOrder order, DisplayMode mode, CancellationToken cancellation)
    {
        using var leave = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        order = order with { PullRequestBody = state => Body(state, order) };
        await using var show = new Show(order, mode);
        await using var recorder = new StatusRecorder(order);
        using var run = await SessionRun.OpenAsync(order, moment => { recorder.Note(moment.State); show.News(moment); }, cancellation);
        // While it waited for the session, another one (an undo, another resume) may have brought that to its end.
        if (order.Resume && TakingUp.IsOver(run.State))
            return await ResumeCommand.OverAsync(run.State);
        show.Watch(run);
        if (run.Cut is { } cut)
            await Console.Error.WriteLineAsync($"  note: the last conductor left {cut}; it was cut off, and nothing of it had been acted upon");
        using var signals = new Signals(() => run.TellAsync(new Control(ControlVerb.Interrupt, [], 0, "terminal")), leave.Cancel);
        var code = await ConductAsync(run, order, leave.Token);
        await show.DisposeAsync();
        await recorder.DisposeAsync();
        await Reports.SaveAndPrintAsync(run.State, order.Folder, mode, order.Time);
        return code;
    }

    // Others read it: where things are on this machine is none of their business.
    private static string Body(SessionState state, RunOrder order)
    {
        var report = ReportWriter.Markdown(ReportView.From(state, new LiveInfo(order.Time.GetUtcNow()) { ConductorAlive = true }));
        var top = order.Repository.Folder;
        return report.Replace(ReportMarkdown.Text(top), "repository", StringComparison.Ordinal).Replace(top, "repository", StringComparison.Ordinal);
    }

    private static async Task<int> ConductAsync(SessionRun run, RunOrder order, CancellationToken cancellation)
    {
        try
        {
            return await run.RunAsync(cancellation);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            await Console.Error.WriteLineAsync($"\ntutti: left at once; agents that were working go on. 'tutti resume {order.Folder.Id}' takes the session up, 'tutti control cancel' ends it");
            return ExitCodes.Interrupted;
        }
        catch (IOException e) when (!File.Exists(order.Folder.Journal) && File.Exists(Path.Combine(order.Repository.CommonDirectory, "HEAD")))
        {
            throw new FailureException(Gone(order.Folder.Id), e);
        }
        catch (Exception e) when (e is not FailureException && DiskTrouble.Of(e) is null)
        {
            // It ends this conductor, not the session: agents go on, the journal is whole, and the report tells what happened.
            var report = Reported(order, e, run.State);
            var failure = FileTrouble.Of(e) ?? new Failure(FailureCategory.Internal, "bug", $"a defect of tutti itself: {e.Message}", "please report it");
            throw new FailureException(failure with { Message = $"{failure.Message}; {report}", Hint = $"'tutti resume {order.Folder.Id}' takes the session up; {failure.Hint}" }, e);
        }
    }

    // Nothing that could be resumed is left, as it is where the whole repository was moved; but no commit is lost with it.
    private static Failure Gone(string session) => new(
        FailureCategory.Environment,
        "session_gone",
        $"the journal of session {session} was removed while it was conducted; what its tasks had committed is on their branches, and below refs/tutti/{session}",
        $"git for-each-ref refs/heads refs/tutti/{session} shows it; 'tutti pool cleanup' frees its slots, 'tutti run' starts a new session");

    private static string Reported(RunOrder order, Exception exception, SessionState? state)
    {
        try
        {
            return $"the error report is {ErrorReport.Write(order.Folder, exception, state, Workplace.Version, order.Time.GetUtcNow())}";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // What went wrong first is what is told.
            return $"the error report could not be written: {e.Message}";
        }
    }

    /// <summary>Feeds a display from a session and from the clock.</summary>
    private sealed class Show : IAsyncDisposable
    {
        private readonly RunOrder _order;
        private readonly IDisplay _display;
        private readonly Lock _turn = new();
        private readonly ITimer _clock;
        private readonly SessionSecrets _secrets;
        private SessionRun? _run;
        private SessionState? _state;
        private bool _over;

        public Show(RunOrder order, DisplayMode mode)
        {
            _order = order;
            _secrets = new SessionSecrets(new Workplace(order.Repository));
            _display = Displays.For(mode, Outlet.Whole(Console.OpenStandardOutput()), Outlet.Whole(Console.OpenStandardError()), TerminalFacts.OfStderr, order.Time);
            _clock = order.Time.CreateTimer(_ => Tick(), null, TickEvery, TickEvery);
        }

        public void Watch(SessionRun run) => _run = run;

        public void News(Moment moment)
        {
            lock (_turn)
            {
                _state = moment.State;
                if (!_over)
                    _display.Show(moment.State, moment.News, Live());
            }
        }

        public async ValueTask DisposeAsync()
        {
            lock (_turn)
            {
                if (_over)
                    return;
                _over = true;
            }

            await _clock.DisposeAsync();
            await _display.DisposeAsync();
        }

        private void Tick()
        {
            lock (_turn)
            {
                if (!_over && _state is not null)
                    _display.Tick(_state, Live());
            }
        }

        private LiveInfo Live() => LiveLook.At(_run?.Live, _order.Folder, _state is null ? Secrets.OfProcess : _secrets.Of(_state), _order.Time.GetUtcNow());
    }

    /// <summary>Ctrl-C once ends the agents and leaves a session that resumes; twice leaves at once. A closed terminal leaves the agents working.</summary>
    private sealed class Signals : IDisposable
    {
        private readonly List<PosixSignalRegistration> _registrations;
        private int _asked;

        public Signals(Func<ValueTask> interrupt, Action leave)
        {
            void Handle(PosixSignalContext context)
            {
                context.Cancel = true;
                if (context.Signal == PosixSignal.SIGHUP || Interlocked.Increment(ref _asked) > 1)
                    leave();
                else
                    interrupt().AsTask().GetAwaiter().GetResult();
            }

            _registrations = [.. new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP }.Select(s => PosixSignalRegistration.Create(s, Handle))];
        }

        public void Dispose() => _registrations.ForEach(r => r.Dispose());
    }
}
