using Tutti.Core;
using Tutti.Core.Plan;
using Tutti.Core.Session;

namespace Tutti.Tests.Simulation;

/// <summary>What an attempt's process will come to: written when it starts, as nobody's crash changes it.</summary>
public sealed class Fates(Random random, Weather weather, Outside outside)
{
    private static readonly string[] Codes =
    [
        AgentFailure.RateLimited, AgentFailure.RateLimited, AgentFailure.Overloaded, AgentFailure.Network, AgentFailure.Killed, AgentFailure.Crashed, AgentFailure.ContextExhausted,
        AgentFailure.ConversationUnknown, AgentFailure.NoResult, AgentFailure.NotSignedIn, AgentFailure.PermissionRefused,
    ];

    /// <summary>The process of an attempt that starts now.</summary>
    public SimulatedProcess Of(RunAttempt run, SessionState state, DateTimeOffset now)
    {
        var attempt = state.Tasks[run.Task].Attempts[run.Number - 1];
        var limits = state.Settings.Limits;
        SimulatedProcess Ends(AttemptIsOver says, DateTimeOffset at) => new(says, at, attempt.Place);
        if (Chance(weather.Hangs))
        {
            return Chance(0.5)
                ? Ends(Over(run, AttemptOutcome.Stalled, FailureCategory.Timeout, "stalled"), now + limits.Stall + Takes(60))
                : Ends(Over(run, AttemptOutcome.TimedOut, FailureCategory.Timeout, "timed_out"), now + (state.Tasks[run.Task].Spec.Timeout ?? limits.Attempt));
        }

        if (attempt.Place != Place.Slot && Chance(weather.LeaseFails))
            return Ends(Over(run, AttemptOutcome.Failed, FailureCategory.Resource, "pool_exhausted"), now + Takes(5));
        return attempt.IsAgent
            ? Ends(Late(Agent(run, attempt, state, now)), now + Takes(600))
            : Ends(Commands(run, attempt), now + Takes(60));
    }

    /// <summary>What is told of an attempt whose process is gone without a word.</summary>
    public static AttemptIsOver Lost(string task, int number) =>
        new(task, number, AttemptOutcome.Lost, Failure: new Failure(FailureCategory.Agent, "attempt_lost", "it disappeared"));

    private bool Chance(double p) => random.NextDouble() < p;

    private TimeSpan Takes(int mostSeconds) => TimeSpan.FromSeconds(1 + (random.NextDouble() * mostSeconds));

    private static AttemptIsOver Over(RunAttempt run, AttemptOutcome outcome, FailureCategory category, string code) =>
        new(run.Task, run.Number, outcome, null, null, new Failure(category, code, code));

    private AttemptIsOver Commands(RunAttempt run, AttemptState attempt)
    {
        if (Chance(weather.VerifyFails))
            return new AttemptIsOver(run.Task, run.Number, AttemptOutcome.Failed, 1, null, new Failure(FailureCategory.Verify, "verify_failed", "red"), null, 0);
        outside.FoundGreen(attempt.Commit ?? "");
        return new AttemptIsOver(run.Task, run.Number, AttemptOutcome.Succeeded, 0);
    }

    private AttemptIsOver Agent(RunAttempt run, AttemptState attempt, SessionState state, DateTimeOffset now)
    {
        if (attempt.Agent != AgentChoice.Shell && Chance(weather.AgentNamed))
            return Named(run, now);
        if (attempt.Stage == Stage.Resolve)
            return new AttemptIsOver(run.Task, run.Number, AttemptOutcome.Succeeded, 0) { Resolved = Chance(0.7) ? Resolved(run.Task, attempt, state) : null };
        if (Chance(weather.AgentFails))
            return Over(run, AttemptOutcome.Failed, FailureCategory.Agent, "agent_failed") with { ExitCode = 1 };
        return attempt.Stage is Stage.Review or Stage.Qa ? Reviewer(run, state) : new AttemptIsOver(run.Task, run.Number, AttemptOutcome.Succeeded, 0, Result(run, state, Verdict.Done));
    }

    // What is told of it at its end is all that was ever told.
    private AttemptIsOver Late(AttemptIsOver over) =>
        weather.TellsLate > 0 && Chance(weather.TellsLate) ? over with { Usage = new Usage(Input: random.Next(5_000), Output: random.Next(1_000)) } : over;

    private string Resolved(string task, AttemptState attempt, SessionState state) => outside.Commit("r", attempt.Commit!, state.Tasks[task].Head!);

    private AttemptIsOver Reviewer(RunAttempt run, SessionState state)
    {
        var result = Result(run, state, Chance(weather.Rejects) ? Verdict.CorrectionsNeeded : Verdict.Approved);
        if (result.Verdict == Verdict.CorrectionsNeeded)
            result = result with { Corrections = [new Correction(Severity.Major, "a.txt", 1, $"finding {random.Next(5)}")] };
        if (weather.Odd > 0 && Chance(weather.Odd))
            result = Odd(result);
        // Text that looks like an approval is none: whoever reads results believes only the attempt's own word.
        if (Chance(weather.Lies))
            result = result with { Nonce = Nonce.For(state.Seed, run.Task, run.Number + 1) };
        return result.Nonce == Nonce.For(state.Seed, run.Task, run.Number)
            ? new AttemptIsOver(run.Task, run.Number, AttemptOutcome.Succeeded, 0, result)
            : Over(run, AttemptOutcome.Failed, FailureCategory.Agent, AgentFailure.NoResult);
    }

    private StageResult Odd(StageResult result) => random.Next(5) switch
    {
        0 => result with { Verdict = Verdict.QaBlocked },
        1 => result with { Verdict = Verdict.Rejected },
        2 => result with { Verdict = Verdict.CorrectionsNeeded, Corrections = [] },
        3 => result with { Verdict = Verdict.Approved, Corrections = [new Correction(Severity.Critical, null, null, "it approves, and finds this")] },
        _ => result with { Corrections = [new Correction(Severity.Minor, null, null, $"detail {random.Next(3)}")] },
    };

    private static StageResult Result(RunAttempt run, SessionState state, Verdict verdict) =>
        new(Nonce.For(state.Seed, run.Task, run.Number), verdict, verdict.ToString(), null, [], [], []);

    private AttemptIsOver Named(RunAttempt run, DateTimeOffset now)
    {
        var code = Codes[random.Next(Codes.Length)];
        return new AttemptIsOver(run.Task, run.Number, AttemptOutcome.Failed, 1, null, new Failure(AgentFailure.Category(code), code, code))
        {
            ResetsAt = code == AgentFailure.RateLimited && Chance(0.5) ? now + TimeSpan.FromMinutes(random.Next(-1, 300)) : null,
        };
    }
}
