using Tutti.Engine.Agents;

namespace Tutti.Tests.Agents;

public sealed class LimitEndTests
{
    private static readonly DateTimeOffset Said = new(2026, 11, 27, 22, 0, 30, TimeSpan.Zero);

    [Theory]
    [InlineData("Please retry in 34.2s.", 34.2)]
    [InlineData("Please try again in 450ms. Visit the page to learn more.", 0.45)]
    [InlineData("Rate limit reached: try again in 6m0s.", 360)]
    [InlineData("retry after 7m12s", 432)]
    [InlineData("Your quota will reset after 14h22m33s.", 51_753)]
    [InlineData("You've hit your usage limit. Try again in 3 days 2 hours", 266_400)]
    [InlineData("Upgrade to Pro (https://openai.com/chatgpt/pricing) or try again in 5 days 22 hours 11 minutes.", 511_860)]
    [InlineData("try again in 1 hour, and 5 minutes", 3_900)]
    [InlineData("Please wait and try again in about 20 seconds", 20)]
    [InlineData("retry after 5 min", 300)]
    [InlineData("Try again after an upgrade, or retry in 2h.", 7_200)]
    [InlineData("retry-after: 30", 30)]
    [InlineData("""{"error":{"message":"no","details":[{"retryDelay":"12s"}]}}""", 12)]
    [InlineData("""{"error":{"type":"usage_limit_reached","plan_type":"plus","resets_in_seconds":602705}}""", 602_705)]
    public void After_a_while(string words, double seconds) => Assert.Equal(seconds, (LimitEnd.In(words, Said)!.Value - Said).TotalSeconds, 0.001);

    [Theory]
    [InlineData("Claude AI usage limit reached|1795824000", "2026-11-28T00:00:00Z")]
    [InlineData("Claude AI usage limit reached|1795824000000", "2026-11-28T00:00:00Z")]
    [InlineData("""{"error":{"type":"usage_limit_reached","resets_at":1795824000,"resets_in_seconds":7200}}""", "2026-11-28T00:00:00Z")]
    [InlineData("""{\"resets_at\":1795824000}""", "2026-11-28T00:00:00Z")]
    [InlineData("Limit resets at 2026-11-28T03:00:00+01:00", "2026-11-28T02:00:00Z")]
    [InlineData("Quota exceeded until 2026-11-28 03:00:00.", "2026-11-28T03:00:00Z")]
    public void At_a_moment_whenever_it_was_said(string words, string end) => Assert.Equal(DateTimeOffset.Parse(end, null), LimitEnd.In(words, null));

    [Theory]
    [InlineData("You've hit your 5-hour limit · resets 11:42pm (UTC)", "2026-11-27T23:43:00Z")]
    [InlineData("You've hit your limit · resets 8pm (Africa/Cairo)", "2026-11-28T18:01:00Z")]
    [InlineData("You've hit your session limit · resets 12:50am (America/Los_Angeles)", "2026-11-28T08:51:00Z")]
    [InlineData("You've hit your limit · resets Jan 30, 11:30am (Asia/Calcutta)", "2027-01-30T06:01:00Z")]
    [InlineData("Weekly limit reached ∙ resets Dec 2 at 12am (UTC)", "2026-12-02T00:01:00Z")]
    [InlineData("Your limit will reset at 9am (America/Chicago).", "2026-11-28T15:01:00Z")]
    [InlineData("resets 10pm (UTC)", "2026-11-27T22:01:00Z")]
    [InlineData("resets 9:58pm (UTC)", "2026-11-27T21:59:00Z")]
    [InlineData("resets 9:30pm (UTC)", "2026-11-28T21:31:00Z")]
    public void At_a_time_of_a_day_in_the_zone_that_is_named(string words, string end) => Assert.Equal(DateTimeOffset.Parse(end, null), LimitEnd.In(words, Said));

    [Theory]
    [InlineData("2027-01-01T00:10:00Z", "resets Dec 31, 11:59pm (UTC)", "2027-01-01T00:00:00Z")]
    [InlineData("2026-12-31T23:50:00Z", "resets Jan 1, 12:05am (UTC)", "2027-01-01T00:06:00Z")]
    [InlineData("2026-07-01T12:00:00Z", "resets Dec 20, 8pm (UTC)", "2026-12-20T20:01:00Z")]
    public void A_day_without_a_year_is_the_nearest(string said, string words, string end) =>
        Assert.Equal(DateTimeOffset.Parse(end, null), LimitEnd.In(words, DateTimeOffset.Parse(said, null)));

    [Theory]
    [InlineData("You've hit your usage limit. Try again at Dec 5th, 2026 8:19 PM.", 2026, 12, 5, 20, 20)]
    [InlineData("Upgrade to Plus to continue using Codex (https://chatgpt.com/explore/plus), or try again at Jul 3rd, 2027 12:05 AM.", 2027, 7, 3, 0, 6)]
    public void Without_a_zone_it_is_the_machines(string words, int year, int month, int day, int hour, int minute)
    {
        var end = new DateTime(year, month, day, hour, minute, 0, DateTimeKind.Unspecified);
        Assert.Equal(new DateTimeOffset(end, TimeZoneInfo.Local.GetUtcOffset(end)), LimitEnd.In(words, Said));
    }

    [Theory]
    [InlineData("try again later")]
    [InlineData("Your quota will reset after 0s.")]
    [InlineData("resets 8pm (Middle/Nowhere)")]
    [InlineData("resets Feb 31, 8pm (UTC)")]
    [InlineData("resets 77:99pm")]
    [InlineData("port 5|3000")]
    [InlineData("retry-after: Wed, 21 Oct 2026 07:28:00 GMT")]
    [InlineData("")]
    public void Words_that_tell_no_end(string words) => Assert.Null(LimitEnd.In(words, Said));

    [Fact]
    public void The_first_and_last_moments_of_time_are_no_trouble()
    {
        Assert.Null(LimitEnd.In("try again in 900000000 days", DateTimeOffset.MaxValue));
        Assert.Null(LimitEnd.In("resets Dec 31, 8pm (UTC)", DateTimeOffset.MinValue));
        Assert.Equal(Said.AddDays(366), LimitEnd.In("try again in 900000000 days", Said));
        Assert.Equal((null, null, null), (LimitEnd.At(null), LimitEnd.At(-1), LimitEnd.At(long.MaxValue)));
    }
}
