namespace ModelServer;

/// <summary>Errors as OpenAI tells them, on both of its interfaces.</summary>
internal static class OpenAiError
{
    public static object Of(Fail fail)
    {
        var (type, code) = Words(fail.Status);
        var message = fail.Message.Length > 0 ? fail.Message : $"scripted: {code}";
        return fail.ResetsAt is { } reset
            ? new { error = new { type = fail.Code, message, code = fail.Code, plan_type = "pro", resets_at = reset.ToUnixTimeSeconds() } }
            : new { error = new { type, message, code = fail.Code ?? code, param = (string?)null } };
    }

    private static (string Type, string Code) Words(int status) => status switch
    {
        400 => ("invalid_request_error", "invalid_request"),
        401 => ("invalid_request_error", "invalid_api_key"),
        403 => ("invalid_request_error", "forbidden"),
        404 => ("invalid_request_error", "model_not_found"),
        429 => ("requests", "rate_limit_exceeded"),
        _ => ("server_error", "server_error"),
    };
}
