using Tutti.Engine.Documents;

namespace Tutti.Tests.Documents;

public sealed class DurationsTests
{
    [Theory]
    [InlineData("30m", 1800_000)]
    [InlineData("1h", 3600_000)]
    [InlineData("90s", 90_000)]
    [InlineData("500ms", 500)]
    [InlineData("1h30m", 5400_000)]
    [InlineData("1h30m15s250ms", 5415_250)]
    [InlineData("45", 45_000)]
    [InlineData("0.5", 500)]
    [InlineData("1.5h", 5400_000)]
    [InlineData("2d", 172_800_000)]
    [InlineData("0s", 0)]
    public void Lengths_of_time_are_read(string text, long milliseconds) =>
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), Durations.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData("-5m")]
    [InlineData("1h30")]
    [InlineData("5 minutes")]
    [InlineData("1e3s")]
    [InlineData("9999999999h")]
    [InlineData("m")]
    [InlineData("30M")]
    [InlineData("1h\n")]
    public void What_is_no_length_of_time_is_null(string text) => Assert.Null(Durations.Parse(text));

    [Fact]
    public void More_than_a_TimeSpan_holds_is_null() => Assert.Null(Durations.Parse(string.Concat(Enumerable.Repeat("999999999d", 200))));

    [Fact]
    public void What_is_written_reads_back_to_the_same_value()
    {
        var random = new Random(7);
        for (var i = 0; i < 2000; i++)
        {
            var value = new TimeSpan(random.NextInt64(TimeSpan.TicksPerDay * 400) / (long)Math.Pow(10, random.Next(9)));
            Assert.Equal(value, Durations.Parse(Durations.Format(value)));
        }
    }

    [Theory]
    [InlineData(5400_000, "1h30m")]
    [InlineData(90_000, "1m30s")]
    [InlineData(86_400_000, "24h")]
    [InlineData(1_500, "1s500ms")]
    [InlineData(0, "0s")]
    public void Lengths_of_time_are_written_short(long milliseconds, string text) =>
        Assert.Equal(text, Durations.Format(TimeSpan.FromMilliseconds(milliseconds)));

    [Theory]
    [InlineData("0", 0)]
    [InlineData("1048576", 1 << 20)]
    [InlineData("512MB", 512L << 20)]
    [InlineData("2GB", 2L << 30)]
    [InlineData("2 GiB", 2L << 30)]
    [InlineData("1.5g", 3L << 29)]
    [InlineData("4k", 4096)]
    [InlineData("100 B", 100)]
    public void Sizes_are_read(string text, long bytes) => Assert.Equal(bytes, Sizes.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData("-1")]
    [InlineData("GB")]
    [InlineData("2PB")]
    [InlineData("2GBs")]
    [InlineData("999999999999999T")]
    public void What_is_no_size_is_null(string text) => Assert.Null(Sizes.Parse(text));
}
