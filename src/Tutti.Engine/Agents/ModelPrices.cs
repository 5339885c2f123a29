using System.Text.Json;
using Tutti.Core.Session;

namespace Tutti.Engine.Agents;

/// <summary>
/// What models cost, and how much they can hold, from the table <c>Prices/prices.json</c>, for agents that report tokens and nothing else. List
/// prices of the day in the table's version: an estimate, and always marked as one.
/// </summary>
public static class ModelPrices
{
    private const decimal Million = 1_000_000;

    private static readonly Lazy<(string Version, List<(string Model, Price Price)> Prices)> Table = new(Load);

    /// <summary>The day of the table, as <c>YYYY-MM-DD</c>.</summary>
    public static string Version => Table.Value.Version;

    /// <summary>The usage with an estimated price; unchanged where it has one, or where the model is not in the table.</summary>
    /// <param name="model">As the agent names it; what stands before a <c>/</c> does not count, and a version or date behind the name in the table neither.</param>
    public static Usage Priced(Usage usage, string? model)
    {
        if (usage.Usd is not null || model is null || Find(model[(model.LastIndexOf('/') + 1)..]) is not { } price)
            return usage;
        var usd = ((usage.Input * price.Input) + (usage.Output * price.Output) + (usage.Cached * price.Cached)) / Million;
        return usage with { Usd = usd, Estimated = true };
    }

    /// <summary>The most tokens of a model's context; null where the table does not know it. The model is named as above.</summary>
    public static long? WindowOf(string? model) => model is null ? null : Find(model[(model.LastIndexOf('/') + 1)..])?.Window;

    // "gpt-5-mini-2026-01-01" is gpt-5-mini and not gpt-5: the longest name in the table that it begins with.
    private static Price? Find(string model) =>
        Table.Value.Prices.FirstOrDefault(row => model.StartsWith(row.Model, StringComparison.OrdinalIgnoreCase)).Price;

    private static (string, List<(string, Price)>) Load()
    {
        using var stream = typeof(ModelPrices).Assembly.GetManifestResourceStream("Tutti.Engine.Agents.Prices.prices.json")!;
        using var document = JsonDocument.Parse(stream);
        var root = document.RootElement;
        var models = root.GetProperty("models").EnumerateObject()
            .Select(row => (row.Name, new Price(row.Value.GetProperty("input").GetDecimal(), row.Value.GetProperty("output").GetDecimal(), row.Value.GetProperty("cached").GetDecimal(), row.Value.Count("window"))))
            .OrderByDescending(row => row.Name.Length)
            .ToList();
        return (root.GetProperty("version").GetString()!, models);
    }

    private sealed record Price(decimal Input, decimal Output, decimal Cached, long? Window);
}
