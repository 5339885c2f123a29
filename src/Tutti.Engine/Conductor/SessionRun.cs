using System.Text.Json;
using Tutti.Core;
using Tutti.Core.Plan;
using Tutti.Core.Session;
using Tutti.Engine.Config;
using Tutti.Engine.Git;
using Tutti.Engine.Git.Landing;
using Tutti.Engine.Git.Pool;
using Tutti.Engine.Git.Trust;
using Tutti.Engine.Host;
using Tutti.Engine.Journal;

namespace Tutti.Engine.Conductor;

/// <summary>How a session is to be conducted in this process.</summary>
/// <param name="Repository">The user's repository.</param>
/// <param name="Folder">The session's folder.</param>
/// <param name="Sources">Where settings are read from, and read again when they change; null keeps the journal's.</param>
/// <param name="Time">The clock.</param>
/// <param name="Version">Tutti's own version, for the record.</param>
public sealed record RunOrder(Repository Repository, SessionFolder Folder, SettingsSources? Sources, TimeProvider Time, string Version)
{
    /// <summary>The first event, for a session that does not exist yet.</summary>
    public SessionStarted? Started { get; init; }

    /// <summary>A person wants it to go on: what is paused or needs attention is taken up too.</summary>
    public bool Resume { get; init; }

    /// <summary>Failed tasks are tried again.</summary>
    public bool RetryFailed { get; init; }

    /// <summary>Tasks whose limits a person has changed in the plan since.</summary>
    public IReadOnlyDictionary<string, TaskLimits> TaskLimits { get; init; } = new Dictionary<string, TaskLimits>();

    /// <summary>It is taken up only to be given up: live attempts are ended, and nothing is started.</summary>
    public bool Cancel { get; init; }

    /// <summary>Writes the body of a pull request about the session, as Markdown; null writes a single sentence.</summary>
    public Func<SessionState, string>? PullRequestBody { get; init; }

    /// <summary>It is taken up only to land what is finished, and these tasks that need attention; null otherwise.</summary>
    public IReadOnlyList<string>? Land { get; init; }
}

/// <summary>One conductor's life: it opens the journal, connects the world, runs the loop, and leaves everything resumable.</summary>
public sealed class SessionRun : IDisposable
{
    // Memory and disk change slowly compared with an agent's life.
    private static readonly TimeSpan MeasureEvery = TimeSpan.FromSeconds(5);

    private readonly RunOrder _order;
    private readonly JournalWriter _journal;
    private readonly ConductorLoop _loop;
    private readonly SessionContext _context;

    private SessionRun(RunOrder order, JournalWriter journal, ConductorLoop loop, SessionContext context)
    {
        _order = order;
        _journal = journal;
        _loop = loop;
        _context = context;
    }

    /// <summary>The session as last decided.</summary>
    public SessionState State => _loop.State!;

    /// <summary>What a crash had left half-written in the journal, when something was cut off.</summary>
    public string? Cut => _journal.Reading.Cut;

    /// <summary>Signs of life of the attempts.</summary>
    public LiveAttempts Live => _context.Live;

    /// <summary>Opens the journal for writing and connects everything.</summary>
    /// <exception cref="FailureException"><c>session_busy</c>, <c>journal_damaged</c> or what the repository lacks.</exception>
    public static async Task<SessionRun> OpenAsync(RunOrder order, Action<Moment> observe, CancellationToken cancellation)
    {
        var journal = JournalWriter.Open(order.Folder);
        try
        {
            return await ConnectAsync(order, journal, observe, cancellation);
        }
        catch
        {
            // The journal's lock must not outlive an opening that failed; the reason goes on.
            journal.Dispose();
            throw;
        }
    }

    /// <summary>Conducts until the session is at its end. Cancelling leaves at once; attempts go on and are adopted later.</summary>
    /// <returns>The exit code of SPEC 2.</returns>
    public async Task<int> RunAsync(CancellationToken cancellation)
    {
        var takeUp = await TakeUpAsync(cancellation);
        if (_order.Sources is { } sources)
            takeUp = takeUp with { Settings = await ReadAgainAsync(sources) };
        using var inbox = new Inbox(_order.Folder, _loop.TellAsync, _order.Time);
        using var watch = _order.Sources is null ? null : new SettingsWatch(_order.Sources, (takeUp.Settings ?? State.Settings).Files, Changed, Broken, _order.Time);
        await using var measure = _order.Time.CreateTimer(_ => Measure(cancellation), null, TimeSpan.Zero, MeasureEvery);
        await using var control = _context.Control;
        await using var forecast = new ForecastWatch(_context, () => State, cancellation);
        return await _loop.RunAsync(takeUp, cancellation);
    }

    /// <summary>Gives the conductor something to decide about.</summary>
    public ValueTask TellAsync(Input input) => _loop.TellAsync(input);

    public void Dispose()
    {
        _loop.Dispose();
        _journal.Dispose();
    }

    private static async Task<SessionRun> ConnectAsync(RunOrder order, JournalWriter journal, Action<Moment> observe, CancellationToken cancellation)
    {
        var repository = order.Repository;
        var settings = order.Started?.Settings ?? journal.Reading.State?.Settings ?? throw order.Folder.Empty();
        Secrets.Known(settings).Guard(journal);
        await TrustedConfig.OpenAsync(repository, order.Folder.Path, cancellation);

        // Two slots beside the agents': one for landings, one for a look at a base; and as many again for what is being given back.
        var pool = SlotPool.Open(repository, new PoolOptions(settings.Worktrees, (2 * settings.MaxAgents) + 2) { Time = order.Time });
        await pool.FollowMoveAsync(cancellation);
        var control = await ControlRepository.OpenAsync(repository.CommonDirectory, repository.StateDirectory, repository.Folder, order.Time, cancellation);
        ConductorLoop? loop = null;
        var context = new SessionContext(repository, order.Folder, pool, control, order.Time, input => loop!.TellAsync(input)) { State = () => loop?.State };
        if (order.PullRequestBody is { } body)
            context = context with { PullRequestBody = body };
        var effects = new EffectSwitch(context);
        loop = new ConductorLoop(journal, effects.PerformAsync, order.Time, observe);
        if (order.Started is { } started)
            loop.Begin(started);
        return new SessionRun(order, journal, loop, context);
    }

    // Files may have changed while nobody watched them, be it that a plan was made and somebody thought it over; and in any case the journal of
    // a session that is taken up has the secrets of agents masked.
    private async Task<Settings?> ReadAgainAsync(SettingsSources sources)
    {
        try
        {
            var now = Kept(SettingsLoader.Load(sources, State.Settings.Files).Settings);
            return Text(now) == Text(State.Settings) ? null : now;
        }
        catch (FailureException e)
        {
            await _loop.TellAsync(new SettingsRead(null, e.Failure));
            return null;
        }
    }

    private static string Text(Settings settings) => JsonSerializer.Serialize(settings, EventJson.Default.Settings);

    private async Task<TakeUp> TakeUpAsync(CancellationToken cancellation)
    {
        var takeUp = new TakeUp(Self(), _order.Version, _order.Resume, _order.RetryFailed, "command line") { Cancel = _order.Cancel, Limits = _order.TaskLimits };
        if (!_order.Resume && _order.Land is null)
            return takeUp;
        var seen = await SeenBranches.ReadAsync(_order.Repository, State, cancellation);
        return takeUp with { Heads = seen.Mended, Land = _order.Land is { } tasks ? new LandNow(seen.Target ?? State.Landing.Target, tasks) : null };
    }

    private static ProcessRef Self()
    {
        var owner = LeaseOwner.Current("", "");
        return new ProcessRef(owner.Pid, owner.Started.ToString(System.Globalization.CultureInfo.InvariantCulture), owner.Boot);
    }

    private void Measure(CancellationToken cancellation) => _ = MeasureAsync(cancellation);

    private async Task MeasureAsync(CancellationToken cancellation)
    {
        try
        {
            var host = await HostProbe.MeasureAsync(_order.Repository.CommonDirectory, cancellation);
            // Slots may be on a disk of their own.
            await _loop.TellAsync(new HostMeasured(host with { FreeDisk = Math.Min(host.FreeDisk, HostProbe.FreeDisk(_context.Pool.Root)) }));
        }
        catch (Exception e) when (e is OperationCanceledException or FailureException or IOException)
        {
            // A measure that fails changes nothing: the gate stays as it was, and the next one comes in a moment.
        }
    }

    private void Changed(LoadedSettings loaded) => Tell(new SettingsRead(Kept(loaded.Settings), null));

    private void Broken(Failure failure) => Tell(new SettingsRead(null, failure));

    // What the session began with stays: its target, its way of landing and its default agent are not changed under it.
    private Settings Kept(Settings settings) => settings with
    {
        Target = State.Settings.Target,
        Land = State.Settings.Land,
        Agent = settings.Agent ?? State.Settings.Agent,
    };

    private void Tell(Input input) => _loop.TellAsync(input).AsTask().GetAwaiter().GetResult();
}
