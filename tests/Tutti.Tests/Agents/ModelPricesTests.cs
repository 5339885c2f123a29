using Tutti.Core.Session;
using Tutti.Engine.Agents;

namespace Tutti.Tests.Agents;

public sealed class ModelPricesTests
{
    private static readonly Usage Million = new(1_000_000, 1_000_000, 1_000_000);

    [Theory]
    [InlineData("gpt-5-2026-01-01", 11.375)]
    [InlineData("gpt-5-mini", 2.275)]
    [InlineData("openai/gpt-5-mini-2026-01-01", 2.275)]
    [InlineData("CLAUDE-SONNET-4-5", 18.3)]
    [InlineData("claude-opus-4-7", 30.5)]
    [InlineData("claude-opus-5-5", 24.2)]
    public void The_longest_name_that_fits_gives_the_price_marked_as_an_estimate(string model, double usd) =>
        Assert.Equal(Million with { Usd = (decimal)usd, Estimated = true }, ModelPrices.Priced(Million, model));

    [Theory]
    [InlineData("anthropic/claude-sonnet-4-5", 200_000L)]
    [InlineData("gemini-2.5-pro", 1_048_576L)]
    [InlineData("a-model-nobody-knows", null)]
    [InlineData(null, null)]
    public void A_models_window_is_known_where_the_table_has_it(string? model, long? window) => Assert.Equal(window, ModelPrices.WindowOf(model));

    [Fact]
    public void A_reported_price_and_an_unknown_model_stay_as_they_are()
    {
        var reported = Million with { Usd = 1 };
        Assert.Equal(reported, ModelPrices.Priced(reported, "gpt-5"));
        Assert.Equal(Million, ModelPrices.Priced(Million, "a-model-nobody-knows"));
        Assert.Equal(Million, ModelPrices.Priced(Million, null));
        Assert.Matches(@"^\d{4}-\d{2}-\d{2}$", ModelPrices.Version);
    }
}
