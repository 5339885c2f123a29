using System.Net.Http.Json;
using System.Text.Json.Nodes;
using ModelServer;
using Tutti.ProcessTests.Support;

namespace Tutti.ProcessTests.Agents;

/// <summary>The tests' own model, seen by a plain client. The real agents' tests show that it speaks what they understand.</summary>
public sealed class ModelServerTests
{
    private static readonly HttpClient Client = new() { Timeout = Waits.Patience };

    public static TheoryData<ModelApi, string, string> Calls => new()
    {
        {
            ModelApi.Anthropic, "/a/scope/v1/messages",
            """{"model":"m","stream":true,"system":"be good","messages":[{"role":"user","content":[{"type":"text","text":"<system-reminder>x</system-reminder>"},{"type":"text","text":"do it"}]}],"tools":[{"name":"Bash","input_schema":{"properties":{"command":{"type":"string"}}}}]}"""
        },
        {
            ModelApi.Responses, "/a/scope/v1/responses",
            """{"model":"m","stream":true,"instructions":"be good","input":[{"type":"message","role":"user","content":[{"type":"input_text","text":"<environment_context/>"}]},{"type":"message","role":"user","content":[{"type":"input_text","text":"do it"}]}],"tools":[{"type":"function","name":"exec_command","parameters":{"properties":{"cmd":{"type":"string"}}}}]}"""
        },
        {
            ModelApi.Chat, "/a/scope/v1/chat/completions",
            """{"model":"m","stream":true,"messages":[{"role":"system","content":"be good"},{"role":"user","content":"do it"}],"tools":[{"type":"function","function":{"name":"bash","parameters":{"properties":{"command":{"type":"string"}}}}}]}"""
        },
        {
            ModelApi.Gemini, "/a/scope/v1beta/models/m:streamGenerateContent?alt=sse",
            """{"systemInstruction":{"parts":[{"text":"be good"}]},"contents":[{"role":"user","parts":[{"text":"<session_context>x"},{"text":"do it"}]}],"tools":[{"functionDeclarations":[{"name":"run_shell_command","parametersJsonSchema":{"properties":{"command":{"type":"string"}}}}]}]}"""
        },
    };

    [Theory, MemberData(nameof(Calls))]
    public async Task A_request_looks_the_same_through_every_interface(ModelApi api, string path, string body)
    {
        await using var server = await ScriptedModel.StartAsync(_ => new Say("well done"));
        using var response = await PostAsync(server, path, body);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        Assert.Contains("\"well", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        var request = Assert.Single(server.Requests);
        Assert.Equal((api, "a/scope", "m", "do it", 0), (request.Api, request.Scope, request.Model, request.Prompt, request.Turn));
        Assert.Contains("be good", request.System, StringComparison.Ordinal);
        Assert.NotNull(request.ShellTool);
    }

    [Theory, MemberData(nameof(Calls))]
    public async Task A_command_becomes_a_call_of_the_clients_own_shell(ModelApi api, string path, string body)
    {
        await using var server = await ScriptedModel.StartAsync(_ => new Shell("make test") { Saying = "I try." });
        using var response = await PostAsync(server, path, body);
        var stream = await response.Content.ReadAsStringAsync();
        Assert.Contains(server.Requests.Single().ShellTool!.Name, stream, StringComparison.Ordinal);
        Assert.Contains("make test", stream, StringComparison.Ordinal);
        Assert.Contains(api == ModelApi.Responses ? "\"cmd" : "\"command", stream.Replace("\\", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Calls))]
    public async Task An_error_has_status_and_headers(ModelApi api, string path, string body)
    {
        await using var server = await ScriptedModel.StartAsync(_ => new Fail(429, "slow down") { RetryAfterSeconds = 7 });
        using var response = await PostAsync(server, path, body);
        Assert.Equal(429, (int)response.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(7), response.Headers.RetryAfter?.Delta);
        var error = (await response.Content.ReadFromJsonAsync<JsonObject>())!["error"]!;
        Assert.Equal("slow down", (string?)error["message"]);
        Assert.Equal(api == ModelApi.Gemini, error["status"] is not null);
    }

    [Theory, MemberData(nameof(Calls))]
    public async Task A_stream_breaks_in_the_middle(ModelApi api, string path, string body)
    {
        await using var server = await ScriptedModel.StartAsync(_ => new CutOff("half of it"));
        using var response = await PostAsync(server, path, body);
        Assert.Equal(api, server.Requests.Single().Api);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        var seen = "";
        await Assert.ThrowsAnyAsync<IOException>(async () =>
        {
            while (await reader.ReadLineAsync() is { } line)
                seen += line;
        });
        Assert.Contains("half", seen, StringComparison.Ordinal);
        Assert.DoesNotContain("of it", seen, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Silence_ends_with_the_server()
    {
        var server = await ScriptedModel.StartAsync(_ => new Hang());
        var call = Calls.First().Data;
        var answer = PostAsync(server, call.Item2, call.Item3);
        await Waits.UntilAsync("the request has arrived", () => server.Requests.Count == 1);
        Assert.False(answer.IsCompleted);
        await server.DisposeAsync();
        await Assert.ThrowsAsync<HttpRequestException>(() => answer);
    }

    private static async Task<HttpResponseMessage> PostAsync(ScriptedModel server, string path, string body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, server.Url + path) { Content = new StringContent(body, null, "application/json") };
        return await Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }
}
