using System.Text.Json;
using System.Text.Json.Nodes;

namespace Tutti.Engine.Agents.Acp;

/// <summary>What a client of the protocol decides: pure, from what an agent offers.</summary>
/// <remarks>
/// <c>"models":{"availableModels":[{"modelId":"gemini-2.5-pro","name":"…"}],"currentModelId":"auto"}</c> · <c>"configOptions":[{"id":"model",
/// "category":"model","type":"select","currentValue":"a/b","options":[{"value":"a/b","name":"…"}]}]</c>, options in groups have <c>options</c> of
/// their own · <c>"modes":{"availableModes":[{"id":"yolo"}],"currentModeId":"default"}</c> · an agent offers any of them, or none.
/// </remarks>
internal static class AcpChoices
{
    // Everything is allowed, and no sandbox of the agent's own; the first that is offered.
    private static readonly string[] FreeModes = ["bypassPermissions", "agent-full-access", "full-access", "danger-full-access", "yolo"];

    // Ids that agents use for a key in the environment, and the variables that hold it.
    private static readonly (string Method, string[] Keys)[] KeyMethods =
    [
        ("gemini-api-key", ["GEMINI_API_KEY"]),
        ("openai", ["OPENAI_API_KEY"]),
        ("api-key", ["OPENAI_API_KEY", "CODEX_API_KEY", "ANTHROPIC_API_KEY"]),
        ("openai-api-key", ["OPENAI_API_KEY"]),
        ("codex-api-key", ["CODEX_API_KEY"]),
        ("anthropic-api-key", ["ANTHROPIC_API_KEY"]),
    ];

    /// <summary>A request that changes a session, without its session id.</summary>
    public sealed record Change(string Method, JsonObject Parameters);

    /// <summary>The id of the option that answers a request for permission: the widest leave, or the narrowest refusal; null where there is no such option.</summary>
    public static string? Option(JsonElement request, bool reject)
    {
        // Kinds of an agent's own ("allow_session") come last.
        string[] kinds = reject ? ["reject_once", "reject_always", "reject"] : ["allow_always", "allow_once", "allow"];
        var options = request.List("options").Where(option => option.Text("optionId") is not null).ToList();
        return kinds.Select(kind => options.Find(option => Is(option, kind))).Select(option => option.Text("optionId")).FirstOrDefault(id => id is not null);
    }

    private static bool Is(JsonElement option, string kind) =>
        option.Text("kind") is { } own && (own == kind || (!kind.Contains('_', StringComparison.Ordinal) && own.StartsWith(kind, StringComparison.Ordinal)));

    /// <summary>The sign-in for which the environment holds a key; null where there is none.</summary>
    public static string? Authentication(JsonElement initialized, IReadOnlyDictionary<string, string> environment)
    {
        bool Set(string? key) => key is not null && environment.GetValueOrDefault(key) is { Length: > 0 };
        return initialized.List("authMethods").FirstOrDefault(method =>
            (method.List("vars").Any() && method.List("vars").All(v => v.Flag("optional") == true || Set(v.Text("name"))))
            || Array.Exists(KeyMethods, known => known.Method == method.Text("id") && Array.Exists(known.Keys, Set))).Text("id");
    }

    /// <summary>The model at work in a session.</summary>
    public static string? CurrentModel(JsonElement session) =>
        Config(session, "model")?.Text("currentValue") ?? session.Get("models")?.Text("currentModelId");

    /// <summary>How a model is chosen; null where the agent offers no choice, or it is chosen already.</summary>
    /// <param name="wanted">The agent's id of it, or the name that it shows for it (qwen: <c>m1</c> for <c>m1(openai)</c>).</param>
    public static Change? Model(JsonElement session, string wanted, out bool offered)
    {
        var config = Config(session, "model");
        List<Offer>? models = session.Get("models") is { } listing ? [.. listing.List("availableModels").Select(m => new Offer(m.Text("modelId"), m.Text("name")))] : null;
        List<Offer> values = config is { } option ? [.. Values(option)] : [];
        offered = config is not null || models is not null;
        var model = Id([.. values, .. models ?? []], wanted);
        if (CurrentModel(session) == model || !offered)
            return null;
        var byOption = config is not null && (models?.Exists(m => m.Id == model) != true || values.Exists(v => v.Id == model));
        return byOption ? Set(config!.Value, model) : new Change("session/set_model", new JsonObject { ["modelId"] = model });
    }

    /// <summary>The modes an agent offers.</summary>
    public static IReadOnlyList<string> Modes(JsonElement session) =>
        [.. (Config(session, "mode") is { } option ? Values(option).Select(value => value.Id) : session.Get("modes")?.List("availableModes").Select(m => m.Text("id")) ?? []).OfType<string>()];

    /// <summary>The freest mode an agent offers; null where none of them is free of questions.</summary>
    public static string? FreeMode(JsonElement session) => Array.Find(FreeModes, Modes(session).Contains);

    /// <summary>How one of the <see cref="Modes"/> is chosen; null where it is already.</summary>
    public static Change? Mode(JsonElement session, string mode)
    {
        var config = Config(session, "mode");
        if (mode == (config?.Text("currentValue") ?? session.Get("modes")?.Text("currentModeId")))
            return null;
        return config is { } by ? Set(by, mode) : new Change("session/set_mode", new JsonObject { ["modeId"] = mode });
    }

    private static Change Set(JsonElement option, string value) =>
        new("session/set_config_option", new JsonObject { ["configId"] = option.Text("id"), ["value"] = value });

    private static JsonElement? Config(JsonElement session, string what)
    {
        foreach (var option in session.List("configOptions"))
        {
            if ((option.Text("category") ?? option.Text("id")) == what && option.Text("id") is not null)
                return option;
        }

        return null;
    }

    private sealed record Offer(string? Id, string? Name);

    // A name counts where it is no id, and one offer's only.
    private static string Id(List<Offer> offers, string wanted) =>
        offers.TrueForAll(offer => offer.Id != wanted) && offers.Where(offer => offer.Name == wanted).Select(offer => offer.Id).Distinct().ToList() is [{ } only] ? only : wanted;

    private static IEnumerable<Offer> Values(JsonElement option) =>
        option.List("options").SelectMany(o => o.Get("options") is null ? [o] : o.List("options")).Select(o => new Offer(o.Text("value"), o.Text("name")));
}
