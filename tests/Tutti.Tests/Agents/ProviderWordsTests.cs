using Tutti.Core.Session;
using Tutti.Engine.Agents;

namespace Tutti.Tests.Agents;

/// <summary>What users of the agents have reported, word for word.</summary>
public sealed class ProviderWordsTests
{
    [Theory]
    [InlineData("API Error: 400 {\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\",\"message\":\"prompt is too long: 210000 tokens > 200000 maximum\"}}", AgentFailure.ContextExhausted)]
    [InlineData("API Error: 400 input length and `max_tokens` exceed context limit: 184915 + 20000 > 204648, decrease input length or `max_tokens` and try again", AgentFailure.ContextExhausted)]
    [InlineData("ValidationException: Input is too long for requested model.", AgentFailure.ContextExhausted)]
    [InlineData("This model's maximum prompt length is 131072 but the request contains 537812 tokens.", AgentFailure.ContextExhausted)]
    [InlineData("The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).", AgentFailure.ContextExhausted)]
    [InlineData("Codex ran out of room in the model's context window. Start a new thread or clear earlier history before retrying.", AgentFailure.ContextExhausted)]
    [InlineData("API Error: 413 {\"error\":{\"type\":\"request_too_large\",\"message\":\"Request exceeds the maximum size\"}}", AgentFailure.ContextExhausted)]
    [InlineData("Context limit reached · /compact or /clear to continue", AgentFailure.ContextExhausted)]
    [InlineData("The model `gpt-9` does not exist or you do not have access to it.", AgentFailure.ModelUnknown)]
    [InlineData("{\"error\":{\"message\":\"The requested model 'gpt-9' does not exist.\",\"type\":\"invalid_request_error\"}}", AgentFailure.ModelUnknown)]
    [InlineData("The 'gpt-9' model is not supported when using Codex with a ChatGPT account.", AgentFailure.ModelUnknown)]
    [InlineData("foo/bar is not a valid model ID", AgentFailure.ModelUnknown)]
    [InlineData("Requested entity was not found.", AgentFailure.ModelUnknown)]
    [InlineData("Quota exceeded. Check your plan and billing details.", AgentFailure.BudgetSpent)]
    [InlineData("Your credit balance is too low to access the Anthropic API.", AgentFailure.BudgetSpent)]
    [InlineData("429 You exceeded your current quota, please check your plan and billing details. insufficient_quota", AgentFailure.BudgetSpent)]
    [InlineData("This request requires more credits, or fewer max_tokens.", AgentFailure.BudgetSpent)]
    [InlineData("You've hit your monthly spend limit", AgentFailure.BudgetSpent)]
    [InlineData("You exceeded your current quota, please check your plan and billing details.\n* Quota exceeded for metric: generativelanguage.googleapis.com/generate_content_free_tier_requests, limit: 10\nPlease retry in 34.2s.", AgentFailure.RateLimited)]
    [InlineData("You exceeded your current quota, please check your plan and billing details.\n* Quota exceeded for metric: generativelanguage.googleapis.com/generate_content_free_tier_requests, limit: 0\nPlease retry in 2.5s.", AgentFailure.BudgetSpent)]
    [InlineData("Resource has been exhausted (e.g. check quota).", AgentFailure.RateLimited)]
    [InlineData("You have exhausted your capacity on this model. Your quota will reset after 8h44m7s.", AgentFailure.RateLimited)]
    [InlineData("Internal error: You've hit your session limit · resets 12:50am (America/Los_Angeles)", AgentFailure.RateLimited)]
    [InlineData("You've hit your limit · resets 8pm (Africa/Cairo)", AgentFailure.RateLimited)]
    [InlineData("You’ve hit your usage limit. Upgrade to Pro (https://chatgpt.com/explore/pro), visit https://chatgpt.com/settings/usage to purchase more credits or try again at Nov 30th, 2026 9:11 PM.", AgentFailure.RateLimited)]
    [InlineData("You've reached your Fable limit", AgentFailure.RateLimited)]
    [InlineData("5-hour limit reached ∙ resets 2am", AgentFailure.RateLimited)]
    [InlineData("Weekly limit reached · resets 10am (Asia/Seoul) · /upgrade to Max", AgentFailure.RateLimited)]
    [InlineData("ThrottlingException: Too many tokens, please wait before trying again.", AgentFailure.RateLimited)]
    [InlineData("Rate limit reached for gpt-5 in organization org-1 on tokens per min (TPM): Limit 30000. Please try again in 450ms.", AgentFailure.RateLimited)]
    [InlineData("{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"}}", AgentFailure.Overloaded)]
    [InlineData("Error code: 529 - {'message': 'try later'}", AgentFailure.Overloaded)]
    [InlineData("Selected model is at capacity. Please try a different model.", AgentFailure.Overloaded)]
    [InlineData("504 Gateway Time-out", AgentFailure.Overloaded)]
    [InlineData("The server had an error while processing your request. Sorry about that!", AgentFailure.Overloaded)]
    [InlineData("OAuth token has expired. Please obtain a new token or refresh your existing token.", AgentFailure.NotSignedIn)]
    [InlineData("Your access token could not be refreshed because your refresh token was already used. Please log out and sign in again.", AgentFailure.NotSignedIn)]
    [InlineData("ProviderAuthError: Anthropic API key is missing. Pass it using the 'apiKey' parameter or the ANTHROPIC_API_KEY environment variable.", AgentFailure.NotSignedIn)]
    [InlineData("API Error: 400 This organization has been disabled.", AgentFailure.NotSignedIn)]
    [InlineData("Missing API key.", AgentFailure.NotSignedIn)]
    [InlineData("API key expired. Please renew the API key.", AgentFailure.NotSignedIn)]
    [InlineData("unexpected status 403 Forbidden: country not supported", AgentFailure.NotSignedIn)]
    [InlineData("API Error: Request timed out.", AgentFailure.Network)]
    [InlineData("Cannot connect to API: getaddrinfo EAI_AGAIN api.anthropic.com", AgentFailure.Network)]
    [InlineData("The socket connection was closed unexpectedly.", AgentFailure.Network)]
    [InlineData("connect EHOSTUNREACH 10.0.0.1:443", AgentFailure.Network)]
    [InlineData("self-signed certificate in certificate chain", AgentFailure.Network)]
    [InlineData("TypeError: fetch failed", AgentFailure.Network)]
    [InlineData("connect ECONNREFUSED 127.0.0.1:4000", AgentFailure.Network)]
    [InlineData("HTTP/1.1 402", AgentFailure.BudgetSpent)]
    [InlineData("rig: bad request", AgentFailure.Other)]
    public void A_failure_has_the_name_of_what_was_meant(string text, string code) => Assert.Equal(code, ProviderWords.Code(null, text));

    [Fact]
    public void A_status_says_more_than_words_and_of_money_the_words_decide()
    {
        Assert.Equal(AgentFailure.Overloaded, ProviderWords.Code(503, "rate limit service unreachable"));
        Assert.Equal(AgentFailure.RateLimited, ProviderWords.Code(429, "Quota exceeded for metric: x, limit: 15. check your plan and billing details"));
        Assert.Equal(AgentFailure.BudgetSpent, ProviderWords.Code(429, "insufficient_quota"));
        Assert.Equal(AgentFailure.BudgetSpent, ProviderWords.Code(403, "Key limit exceeded (total limit). Manage it using https://openrouter.ai/settings/keys"));
        Assert.Equal(AgentFailure.NotSignedIn, ProviderWords.Code(403, "quota"));
    }
}
