using System.Text.Json.Nodes;
using ModelServer;
using Tutti.Core.Plan;
using Tutti.Engine.Agents;

namespace Tutti.ProcessTests.Agents;

/// <summary>The obedient model, asked directly with prompts as Tutti writes them.</summary>
public sealed class ObedientTests
{
    private readonly Obedient _model = new();

    [Fact]
    public void Steps_are_done_one_a_turn_and_the_result_comes_last()
    {
        var prompt = Prompt(Role.Develop, "Some words.\n@say I begin.\n@sh echo 1\n@sh echo \"2\"\n@fix never\n@reject 1 never");
        Assert.Equal(new Shell("echo 1") { Saying = "I begin." }, Reply(prompt, 0));
        Assert.Equal(new Shell("echo \"2\""), Reply(prompt, 1));
        var result = Assert.IsType<Shell>(Reply(prompt, 2)).Command;
        Assert.Contains("$TUTTI_RESULT", result, StringComparison.Ordinal);
        Assert.Contains("{\"nonce\":\"n-1\",\"verdict\":\"done\"", result, StringComparison.Ordinal);
        Assert.Equal(new Say("Done."), Reply(prompt, 3));
    }

    [Fact]
    public void A_result_in_a_schema_fills_all_of_it()
    {
        var result = Assert.IsType<Structured>(Reply(Prompt(Role.Review, "@sh never"), 0, ResultSchema.Of(Role.Review))).Result;
        Assert.Equal("approved", (string?)result["verdict"]);
        Assert.Equal("n-1", (string?)result["nonce"]);
        Assert.Equal(7, result.Count);
    }

    [Fact]
    public void A_review_asks_for_corrections_in_its_round_and_the_correction_is_done()
    {
        const string task = "@sh never\n@reject 2 Name it well.\n@fix mv a b";
        Assert.Contains("approved", Verdict(task, "n-1"), StringComparison.Ordinal);
        Assert.Contains("Name it well.", Verdict(task, "n-2"), StringComparison.Ordinal);
        Assert.Contains("corrections_needed", Verdict(task, "n-2"), StringComparison.Ordinal); // asked again, the same round
        Assert.Contains("approved", Verdict(task, "n-3"), StringComparison.Ordinal);
        Assert.Equal(new Shell("mv a b"), Reply(Prompt(Role.Correct, task), 0));
    }

    [Fact]
    public void A_failure_is_met_as_often_as_it_says_for_each_task()
    {
        var prompt = Prompt(Role.Develop, "@fail 529 2 9\n@sh echo 1\n@hang 1\n@sh echo 2\n@cut");
        Assert.Equal([529, 529], [StatusOf(Reply(prompt, 0)), StatusOf(Reply(prompt, 0))]);
        Assert.IsType<Shell>(Reply(prompt, 0));
        Assert.IsType<Hang>(Reply(prompt, 1));
        Assert.IsType<Shell>(Reply(prompt, 1));
        Assert.IsType<CutOff>(Reply(prompt, 2));
        Assert.Equal(529, StatusOf(Reply(Prompt(Role.Develop, "@fail 529 2 9", id: "other"), 0)));
    }

    [Fact]
    public void Only_the_last_prompt_of_a_conversation_counts()
    {
        var request = Request(Prompt(Role.Develop, "@sh first"), 2, null);
        request = request with { Messages = [.. request.Messages, User(Prompt(Role.Correct, "@sh first\n@fix second"))] };
        Assert.Equal(new Shell("second"), _model.Reply(request));
    }

    [Fact]
    public void A_request_without_tools_is_no_work() =>
        Assert.IsType<Say>(_model.Reply(Request(Prompt(Role.Develop, "@fail 500"), 0, null) with { Tools = [] }));

    private string Verdict(string task, string nonce) => Assert.IsType<Shell>(Reply(Prompt(Role.Review, task, nonce: nonce), 0)).Command;

    private static int StatusOf(ModelReply reply) => Assert.IsType<Fail>(reply).Status;

    private ModelReply Reply(string prompt, int turn, string? schema = null) => _model.Reply(Request(prompt, turn, schema));

    private static string Prompt(Role role, string description, string nonce = "n-1", string id = "task") => PromptTemplate.Of(role, null).Render(new PromptValues
    {
        Role = role,
        ResultPath = "/elsewhere/result.json",
        Nonce = nonce,
        Task = new TaskSpec { Id = id, Title = "A task", Description = description },
    });

    private static ModelRequest Request(string prompt, int turn, string? schema) => new()
    {
        Api = ModelApi.Responses,
        Scope = "scope",
        Model = "m",
        Key = "",
        Headers = new Dictionary<string, string>(),
        Body = [],
        Streams = true,
        Tools = [new ToolOffer("exec_command", [])],
        ResponseSchema = schema is null ? null : JsonNode.Parse(schema)!.AsObject(),
        Messages = [User(prompt), .. Enumerable.Range(0, turn).SelectMany(i => new[]
        {
            new Message("assistant", [new CallPart($"{i}", "exec_command", null)]),
            new Message("user", [new ResultPart($"{i}", "")]),
        })],
    };

    private static Message User(string text) => new("user", [new TextPart(text)]);
}
