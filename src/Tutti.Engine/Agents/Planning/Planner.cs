using System.Security.Cryptography;
using Tutti.Core;
using Tutti.Core.Plan;
using Tutti.Core.Scheduling;
using Tutti.Core.Session;
using Tutti.Engine.Conductor;
using Tutti.Engine.Git;
using Tutti.Engine.Git.Pool;
using Tutti.Engine.Git.Trust;
using Tutti.Engine.Journal;
using Tutti.Engine.Processes;

namespace Tutti.Engine.Agents.Planning;

/// <summary>A plan that is wanted of an agent.</summary>
/// <param name="Repository">Where.</param>
/// <param name="Pool">Its slots; one is leased for the time.</param>
/// <param name="Settings">Limits, and the commands that all work must pass.</param>
/// <param name="By">Who is asked.</param>
/// <param name="Request">The user's words.</param>
/// <param name="Commit">What the agent looks at; a full object id.</param>
public sealed record PlannerOrder(Repository Repository, SlotPool Pool, Settings Settings, PlannerChoice.Asked By, string Request, string Commit)
{
    /// <summary>Cancelled when an agent that is told to end gets no time for it any more: nobody could use what it still does.</summary>
    public CancellationToken Hurry { get; init; }
}

/// <summary>What became of it.</summary>
/// <param name="Plan">Valid; null where there is none.</param>
/// <param name="Failure">Why there is none; null where there is one.</param>
public sealed record PlannerOutcome(PlanSpec? Plan, Failure? Failure)
{
    /// <summary>What the user should know, a line each.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>What it cost, where the agent tells.</summary>
    public Usage? Usage { get; init; }

    public TimeSpan Took { get; init; }

    /// <summary>How often the agent was asked.</summary>
    public int Asked { get; init; }

    /// <summary>Where all that it printed can be looked at; null where nothing is kept.</summary>
    public string? Folder { get; init; }
}

/// <summary>
/// Asks an agent for a plan in a throw-away slot, and once more, with the errors, where its answer cannot be used. The process that
/// asks is the conductor of this: when it is interrupted the agent goes with it, and what a crash leaves is cleared by the next plan.
/// </summary>
public static class Planner
{
    private const string Task = "request";
    private const string Stage = "plan";
    private const int MostAsked = 2;

    /// <summary>Asks; takes as long as the agent does, within the limits of an attempt.</summary>
    /// <exception cref="OperationCanceledException">Cancelled; no process is left and the slot is given back.</exception>
    public static async Task<PlannerOutcome> AskAsync(PlannerOrder order, TimeProvider time, IProgress<PlannerNews>? progress, CancellationToken cancellation)
    {
        var left = await AbandonedPlans.ClearAsync(order.Repository, order.Pool);
        using var folder = PlanFolder.Create(order.Repository.StateDirectory, time.GetUtcNow());
        var work = new Work(order, folder, time, progress);
        PlannerOutcome outcome;
        try
        {
            outcome = await work.InSlotAsync(cancellation);
        }
        catch (FailureException e)
        {
            // No slot, no program, a template that does not hold together: the request can be split all the same.
            outcome = new PlannerOutcome(null, e.Failure);
        }

        if (outcome.Plan is not null)
            folder.Remove();
        return outcome with
        {
            Notes = [.. left, .. outcome.Notes],
            Usage = work.Used,
            Took = work.Elapsed,
            Asked = work.Asked,
            Folder = outcome.Plan is null ? folder.Path : null,
        };
    }

    /// <summary>One plan in the making.</summary>
    private sealed class Work(PlannerOrder order, PlanFolder folder, TimeProvider time, IProgress<PlannerNews>? progress)
    {
        private readonly string _seed = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        private readonly long _started = time.GetTimestamp();

        public int Asked { get; private set; }

        public Usage? Used { get; private set; }

        public TimeSpan Elapsed => time.GetElapsedTime(_started);

        public async Task<PlannerOutcome> InSlotAsync(CancellationToken cancellation)
        {
            await TrustedConfig.BeginAsync(order.Repository, cancellation);
            var checkout = new CheckoutWatch(order.Repository);
            var before = await checkout.BeforeAsync(cancellation);
            PlannerOutcome outcome;
            string? left;
            try
            {
                var lease = await PlannerSlot.LeaseAsync(order.Pool, folder.Id, order.Commit, cancellation);
                outcome = await AskAsync(lease, cancellation);
            }
            finally
            {
                left = await PlannerSlot.GiveBackAsync(order.Repository, order.Pool, folder.Id);
            }

            var changes = await checkout.ChangesSinceAsync(before, checkout.LookAsync(cancellation), null, cancellation);
            return outcome with { Notes = [.. outcome.Notes, .. changes, .. left is null ? Array.Empty<string>() : [left]] };
        }

        private async Task<PlannerOutcome> AskAsync(SlotLease lease, CancellationToken cancellation)
        {
            PlanAnswer? answer = null;
            Continuation? earlier = null;
            while (Asked < MostAsked)
            {
                if (Spent(null) is { } nothing)
                    return new PlannerOutcome(null, nothing);
                Asked++;
                var request = Request(lease, answer, earlier);
                var (said, reading) = await new PlannerAttempt(order.By.Agent, request, order.Settings.Limits, Secrets.Known(order.Settings), time).AskAsync(GoesOn, order.Hurry, cancellation);
                var spent = Spent(said.Usage);
                Used = said.Usage is { } usage ? (Used ?? new Usage()) + usage : Used;
                if (said.Error is { } error && error.Code is not (AgentFailure.NoResult or "result_invalid"))
                    return new PlannerOutcome(null, spent ?? error);
                answer = said is { Error: null, Answer: { } json } ? PlanAnswer.Read(json) : Unread(said.Error);
                if (answer.Plan is { } plan)
                    return new PlannerOutcome(plan, null) { Notes = answer.Notes };
                earlier = reading?.Conversation is { } conversation && order.By.Agent.Traits.Continues ? new Continuation(conversation, request.Folder, Used ?? new Usage()) : null;
            }

            var errors = answer!.Errors;
            return new PlannerOutcome(null, new Failure(
                FailureCategory.Agent, "plan_invalid", $"its plan could not be used, and asked again it gave no better one: {errors[0]}", "say the request more simply, or write the tasks down and give them with --plan", string.Join('\n', errors)));
        }

        private static PlanAnswer Unread(Failure? error) =>
            new(null, "", [error is null or { Code: AgentFailure.NoResult } ? "there was no plan in the answer" : error.Message], []);

        private AttemptRequest Request(SlotLease lease, PlanAnswer? first, Continuation? earlier)
        {
            var attempt = AttemptFolder.Of(folder.Path, Task, Asked, Stage);
            var (choice, agent, entry) = order.By;
            var nonce = Nonce.For(_seed, Task, Asked);
            var values = new PromptValues
            {
                Role = Role.Plan,
                ResultPath = attempt.Result,
                Nonce = nonce,
                Request = order.Request,
                Verify = order.Settings.Verify,
                Errors = first?.Errors ?? [],
                History = first?.Text ?? "",
                InSchema = agent.Traits.AnswersInSchema,
                Continues = earlier is not null,
                Base = order.Commit,
                PortBase = lease.PortBase,
            };
            var prompt = PromptTemplate.Of(Role.Plan, order.Repository.MainWorktree ?? order.Repository.Top).Render(values);
            return new AttemptRequest(
                folder.Id, Task, Stage, Asked, nonce, lease.Path, order.Commit, lease.PortBase, choice, entry, prompt, choice.Run, attempt, order.Repository.Folder)
            {
                Role = Role.Plan,
                Continue = earlier,
            };
        }

        // No session has begun, but what is spent here is its money.
        private Failure? Spent(Usage? now) => Budgets.Spent(order.Settings.Budget, (Used ?? new Usage()) + (now ?? new Usage()));

        private bool GoesOn(AgentReading? reading)
        {
            progress?.Report(new PlannerNews(Elapsed, reading is null ? null : AgentDoing.Of(reading), Asked));
            return Spent(reading?.Usage) is null;
        }
    }
}
