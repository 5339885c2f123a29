using Tutti.Core.Views;

namespace Tutti.Tests.Views;

public sealed class AmountsTests
{
    [Theory]
    [InlineData(-5, "0s")]
    [InlineData(0.9, "0s")]
    [InlineData(59.9, "59s")]
    [InlineData(60, "1m 00s")]
    [InlineData(130, "2m 10s")]
    [InlineData(3600, "1h 00m")]
    [InlineData(90000, "1d 01h")]
    public void Durations_have_two_units_at_most(double seconds, string text) => Assert.Equal(text, Amounts.Duration(seconds));

    [Fact]
    public void Sizes_tokens_and_money_are_short()
    {
        Assert.Equal(["512 MB", "1.5 GB", "3 kB"], new[] { 512L << 20, 3L << 29, 3L << 10 }.Select(Amounts.Bytes));
        Assert.Equal(["999", "1k", "12.3k", "4.5M"], new[] { 999L, 1000, 12_340, 4_500_000 }.Select(Amounts.Tokens));
        Assert.Equal(["$1.20", "-"], new decimal?[] { 1.2m, null }.Select(Amounts.Usd));
    }
}
