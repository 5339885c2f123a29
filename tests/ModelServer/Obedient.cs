using System.Collections.Concurrent;
using System.Text.Json.Nodes;

namespace ModelServer;

/// <summary>
/// A model that does what the lines of its task say, one step a turn, and then gives the result its prompt asks for:
/// <code>
/// @sh COMMAND             runs it with the client's shell tool          @fix COMMAND   the same, in a correction
/// @call TOOL JSON         calls any other tool                          @say TEXT      says it with the next step
/// @fail STATUS [TIMES] [RETRY_AFTER]   instead of the next step; for ever without TIMES
/// @fail context [TIMES]   the conversation is too long                  @fail quota SECONDS [TIMES]   a subscription's limit
/// @hang [TIMES]           silence instead of the next step              @cut [TIMES]   the stream breaks
/// @delay SECONDS          before the next step                          @tokens INPUT OUTPUT [CACHED] [REASONING]
/// @wait NAME              before the next step, until the test opens that gate
/// @reject ROUND MESSAGE   the review of that round asks for a correction
/// @answer JSON            these fields in the result
/// </code>
/// Each is the developer's unless its name says another role, as in <c>@review-hang</c>. Only the last prompt of a conversation counts.
/// </summary>
/// <remarks>Remembers how often it failed and what was reviewed, per scope and task: one instance for all attempts at a task.</remarks>
public sealed class Obedient
{
    private readonly ConcurrentDictionary<string, int> _met = [];
    private readonly ConcurrentDictionary<string, IReadOnlyList<string>> _reviews = [];

    private readonly ConcurrentDictionary<string, TaskCompletionSource> _gates = [];

    /// <summary>From now on, nothing waits at this gate.</summary>
    public void Open(string gate) => Gate(gate).TrySetResult();

    /// <summary>The script of a <see cref="ScriptedModel"/>.</summary>
    public ModelReply Reply(ModelRequest request)
    {
        if (request.IsAside)
            return new Say("A task");
        var prompt = new TaskPrompt(request.Prompt);
        var steps = Steps(request, prompt);
        var step = steps[Math.Min(request.Turn, steps.Count - 1)];
        foreach (var (at, hurdle) in step.Hurdles)
        {
            if (IsInTheWay(hurdle, $"{request.Scope}\n{prompt.Task}\n{prompt.Role}\n{at}"))
                return Falling(hurdle);
        }

        return step.Act() with { Tokens = step.Tokens, Delay = step.Delay, Until = step.Until };
    }

    // An action with what comes before it. It is made only when it is its turn: giving a result is remembered.
    private sealed record Step(Func<ModelReply> Act, IReadOnlyList<(int At, Directive Hurdle)> Hurdles, Tokens Tokens, TimeSpan Delay, Task Until);

    private TaskCompletionSource Gate(string name) => _gates.GetOrAdd(name, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));

    private List<Step> Steps(ModelRequest request, TaskPrompt prompt)
    {
        var steps = new List<Step>();
        var (hurdles, tokens, delay, until, saying) = (new List<(int, Directive)>(), new Tokens(), TimeSpan.Zero, Task.CompletedTask, "");
        foreach (var (at, directive) in prompt.Directives.Index())
        {
            switch (directive.What)
            {
                case "sh": Add(Act(new Shell(directive.Rest) { Saying = saying })); break;
                case "call": Add(Act(Call(directive) with { Saying = saying })); break;
                case "say": saying = directive.Rest; break;
                case "delay": delay = TimeSpan.FromSeconds(directive.Number(0) ?? 0); break;
                case "wait": until = Gate(directive.Rest).Task; break;
                case "tokens": tokens = new(directive.Number(0) ?? 0, directive.Number(1) ?? 0, directive.Number(2) ?? 0, directive.Number(3) ?? 0); break;
                case "fail" or "hang" or "cut": hurdles.Add((at, directive)); break;
            }
        }

        if (prompt.Nonce is not null)
            Add(() => Result(request, prompt, saying));
        Add(() => new Say(saying.Length > 0 ? saying : "Done."));
        return steps;

        void Add(Func<ModelReply> act)
        {
            steps.Add(new Step(act, hurdles, tokens, delay, until));
            (hurdles, delay, until) = ([], TimeSpan.Zero, Task.CompletedTask);
        }

        Func<ModelReply> Act(ModelAction action)
        {
            saying = "";
            return () => action;
        }
    }

    private static Tool Call(Directive directive) =>
        new(directive.Words[0], Json.Parse(directive.Rest[directive.Words[0].Length..]) as JsonObject ?? []);

    private bool IsInTheWay(Directive hurdle, string key) =>
        TimesOf(hurdle) is not { } times || _met.AddOrUpdate(key, 1, (_, met) => met + 1) <= times;

    private static int? TimesOf(Directive hurdle) => hurdle switch
    {
        { What: "fail", Words: ["quota", ..] } => hurdle.Number(2),
        { What: "fail" } => hurdle.Number(1),
        _ => hurdle.Number(0),
    };

    private static ModelReply Falling(Directive hurdle) => hurdle switch
    {
        { What: "hang" } => new Hang(),
        { What: "cut" } => new CutOff(),
        { Words: ["context", ..] } => Fail.ContextFull,
        { Words: ["quota", ..] } => Fail.QuotaUntil(TimeProvider.System.GetUtcNow().AddSeconds(hurdle.Number(1) ?? 60)),
        _ => new Fail(hurdle.Number(0) ?? 500) { RetryAfterSeconds = hurdle.Number(2) },
    };

    private ModelReply Result(ModelRequest request, TaskPrompt prompt, string saying)
    {
        var schema = request.StructuredOutputTool?.Schema ?? request.ResponseSchema;
        var result = schema is null ? [] : Sample.Of(schema).AsObject();
        foreach (var (name, value) in Findings(request, prompt))
            result[name] = value;
        foreach (var (name, value) in prompt.Directives.Where(directive => directive.What == "answer").SelectMany(Fields))
            result[name] = value?.DeepClone();
        return schema is null
            ? new Shell($"cat > \"$TUTTI_RESULT\" <<'END'\n{Json.Write(result)}\nEND") { Saying = saying }
            : new Structured(result) { Saying = saying };
    }

    private static JsonObject Fields(Directive answer) => Json.Parse(answer.Rest) as JsonObject ?? [];

    private Dictionary<string, JsonNode?> Findings(ModelRequest request, TaskPrompt prompt)
    {
        var said = new Dictionary<string, JsonNode?> { ["nonce"] = prompt.Nonce };
        if (prompt.Role == TaskPrompt.Plan)
            return said;
        var message = prompt.IsJudge ? Objection(request, prompt) : null;
        said["verdict"] = message is not null ? "corrections_needed" : prompt.IsJudge ? "approved" : "done";
        said["summary"] = message ?? "Did what the task says.";
        said["confidence"] = 90;
        if (message is not null)
            said["corrections"] = new JsonArray(new JsonObject { ["severity"] = "major", ["file"] = null, ["line"] = null, ["message"] = message });
        return said;
    }

    // A round is a review that came to its result. A request that is sent again has the same nonce, and is the same round.
    private string? Objection(ModelRequest request, TaskPrompt prompt)
    {
        var nonce = prompt.Nonce!;
        var reviews = _reviews.AddOrUpdate($"{request.Scope}\n{prompt.Task}\n{prompt.Role}", [nonce], (_, done) => done.Contains(nonce) ? done : [.. done, nonce]);
        var round = reviews.ToList().IndexOf(nonce) + 1;
        return prompt.Directives.FirstOrDefault(directive => directive.What == "reject" && directive.Number(0) == round) is { } objection
            ? objection.Rest[objection.Words[0].Length..].Trim()
            : null;
    }
}
