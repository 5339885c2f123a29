using System.Text.Json;
using System.Text.Json.Nodes;
using Tutti.Core;
using Tutti.Core.Session;
using Tutti.Engine.Processes;

namespace Tutti.Engine.Agents.Acp;

/// <summary>
/// The client's end of the Agent Client Protocol for one attempt: starts the agent, gives it the prompt, answers what it asks, and ends
/// it. It is the attempt's program, so that the conversation outlives the conductor.
/// </summary>
/// <remarks>The last line is <c>{"acp":"ended","stop_reason":"end_turn"}</c>, or has <c>"error":{"code":-32603,…}</c> of the agent, or <c>"failure":"CODE","message":"…"</c> of the driver.</remarks>
public static class AcpDriver
{
    private static readonly TimeSpan LastWordsLimit = TimeSpan.FromSeconds(2);

    // 128 and the number of SIGINT.
    private const int Interrupted = 130;

    /// <summary>Drives one turn to its end.</summary>
    /// <param name="order">What is to be done.</param>
    /// <param name="output">Where the stream goes.</param>
    /// <param name="cancellation">Tells the agent to stop, and ends it.</param>
    /// <returns>One of <see cref="AcpExit"/>.</returns>
    public static async Task<int> RunAsync(AcpOrder order, Stream output, CancellationToken cancellation)
    {
        var tape = new AcpTape(output);
        try
        {
            await using var agent = DuplexProcess.Start(order.Command, order.Directory, order.Environment);
            using var listening = new CancellationTokenSource();
            using var connection = new AcpConnection(agent.Input, agent.Output, tape, (method, parameters) => Answer(order, tape, method, parameters));
            var listen = connection.ListenAsync(listening.Token);
            var code = await TurnAsync(order, agent, connection, tape, cancellation);
            await agent.EndAsync(order.LeaveLimit);
            await listening.CancelAsync();
            await listen;
            return code;
        }
        catch (FailureException e) when (e.Failure.Code == FailureCode.ProgramNotStarted)
        {
            Ended(tape, AgentFailure.NotInstalled, e.Message);
            return AcpExit.NotStarted;
        }
    }

    private static async Task<int> TurnAsync(AcpOrder order, DuplexProcess agent, AcpConnection connection, AcpTape tape, CancellationToken cancellation)
    {
        try
        {
            return Ended(tape, await new AcpTalk(order, connection, tape).HoldAsync(cancellation));
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return Cancelled(tape);
        }
        catch (FailureException e) when (e.Failure.Code == AgentFailure.Crashed)
        {
            var exit = await agent.ExitAsync(LastWordsLimit);
            // An interrupt goes to all processes of the attempt, and the agent may have followed it before its driver heard of it.
            if (cancellation.IsCancellationRequested || exit == Interrupted)
                return Cancelled(tape);
            Ended(tape, e.Failure.Code, e.Message + (exit is { } code ? $", with exit code {code}" : ", but its process went on"));
            return AcpExit.Gone;
        }
        catch (FailureException e)
        {
            Ended(tape, e.Failure.Code, e.Message);
            return AcpExit.Failed;
        }
    }

    private static int Cancelled(AcpTape tape)
    {
        tape.Say(new JsonObject { ["acp"] = "ended", ["stop_reason"] = "cancelled" });
        return AcpExit.Cancelled;
    }

    private static int Ended(AcpTape tape, AcpReply reply)
    {
        var line = new JsonObject { ["acp"] = "ended" };
        if (reply.Error is { } error)
            line["error"] = JsonNode.Parse(error.GetRawText());
        else
            line["stop_reason"] = reply.Result.Text("stopReason");
        tape.Say(line);
        return reply.Error is null && reply.Result.Text("stopReason") == "end_turn" ? AcpExit.Well : AcpExit.Failed;
    }

    private static void Ended(AcpTape tape, string code, string message) =>
        tape.Say(new JsonObject { ["acp"] = "ended", ["failure"] = code, ["message"] = message });

    private static JsonObject? Answer(AcpOrder order, AcpTape tape, string method, JsonElement parameters)
    {
        if (method != "session/request_permission")
            return null;
        var option = AcpChoices.Option(parameters, order.Reject);
        // Where nothing like a leave is to be had, it is refused all the same, and whoever wonders why nothing was done is told.
        if (order.Reject || option is null)
            tape.Say(new JsonObject { ["acp"] = "refused", ["id"] = parameters.Get("toolCall")?.Text("toolCallId"), ["title"] = parameters.Get("toolCall")?.Text("title") });
        var outcome = (option ?? AcpChoices.Option(parameters, reject: true)) is { } chosen
            ? new JsonObject { ["outcome"] = "selected", ["optionId"] = chosen }
            : new JsonObject { ["outcome"] = "cancelled" };
        return new JsonObject { ["outcome"] = outcome };
    }
}
