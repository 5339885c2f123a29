using System.Globalization;
using System.Text.RegularExpressions;

namespace Tutti.Engine.Agents;

/// <summary>When a limit ends, by the words of providers and agents.</summary>
/// <remarks>
/// A moment: <c>usage limit reached|1763726400</c> · <c>"resets_at":1775317531</c> · <c>resets at 2026-11-28T03:00:00Z</c><br/>
/// After a while: <c>Please retry in 34.2s.</c> · <c>reset after 3h24m5s</c> · <c>or try again in 5 days 22 hours 11 minutes.</c> · <c>try again in
/// 450ms</c> · <c>retry-after: 30</c> · <c>"retryDelay":"12s"</c> · <c>"resets_in_seconds":602705</c><br/>
/// At a time of a day: <c>Try again at 3:14 PM.</c> · <c>try again at Jul 5th, 2026 8:19 PM.</c> (Codex, the machine's time) · <c>resets 8pm
/// (Africa/Cairo)</c> · <c>resets Jan 30, 11:30am (Asia/Calcutta)</c> (Claude Code)<br/>
/// Awkward: <c>20ms</c> are no twenty minutes; a time of a day has lost its seconds, and mostly says neither day nor year.
/// </remarks>
internal static partial class LimitEnd
{
    // As seconds it would be in the year 5138.
    private const long LeastMilliseconds = 100_000_000_000;

    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(366);

    // A time of a day that is over by no more than that is the one that was meant, and not tomorrow's.
    private static readonly TimeSpan Slack = TimeSpan.FromMinutes(5);

    private static readonly string[] Months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

    /// <summary>The moment that a number stands for, in seconds or milliseconds since 1970; null for one that can stand for none.</summary>
    public static DateTimeOffset? At(long? number) => number switch
    {
        > 0 and < LeastMilliseconds and var seconds => DateTimeOffset.FromUnixTimeSeconds(seconds),
        >= LeastMilliseconds and < 1000 * LeastMilliseconds and var milliseconds => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds),
        _ => null,
    };

    /// <summary>The end that a text tells of; null where it tells none.</summary>
    /// <param name="at">When it was said; null where nobody knows, and then only moments count.</param>
    public static DateTimeOffset? In(string text, DateTimeOffset? at)
    {
        if (Epoch().Match(text) is { Success: true } epoch)
            return At(long.Parse(epoch.Groups["number"].Value, CultureInfo.InvariantCulture));
        if (Iso().Match(text) is { Success: true } iso && DateTimeOffset.TryParse(iso.Groups["iso"].Value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment))
            return moment;
        // Whoever wrote it may have written any time.
        if (at is not { } now || now < DateTimeOffset.UnixEpoch || DateTimeOffset.MaxValue - now < 2 * LongestWait)
            return null;
        return After().Matches(text).Concat(Plain().Matches(text)).Select(Wait).FirstOrDefault(wait => wait is not null) is { } wait ? now + wait : OfDay(text, now);
    }

    private static TimeSpan? Wait(Match match)
    {
        double Of(string unit) => double.TryParse(match.Groups[unit].Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? Math.Min(value, 1e9) : 0;
        var seconds = (Of("d") * 86_400) + (Of("h") * 3_600) + (Of("m") * 60) + Of("s") + (Of("ms") / 1_000);
        return seconds > 0 ? TimeSpan.FromSeconds(Math.Min(seconds, LongestWait.TotalSeconds)) : null;
    }

    private static DateTimeOffset? OfDay(string text, DateTimeOffset now)
    {
        if (Clock().Match(text) is not { Success: true } clock || Zone(clock.Groups["zone"].Value) is not { } zone)
            return null;
        int Of(string part) => int.TryParse(clock.Groups[part].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : 0;
        var today = TimeZoneInfo.ConvertTime(now, zone).DateTime;
        var named = Array.IndexOf(Months, clock.Groups["month"].Value.ToLowerInvariant()) + 1;
        var (year, month, day) = named == 0 ? (today.Year, today.Month, today.Day) : (Of("year") is > 0 and var told ? told : today.Year, named, Of("day"));
        if (day < 1 || day > DateTime.DaysInMonth(year, month) || Of("hour") > 12 || Of("minute") > 59)
            return null;
        var isAfternoon = clock.Groups["half"].Value is ['p' or 'P', ..];
        // To the end of the minute that is named.
        var end = new DateTime(year, month, day).AddHours((Of("hour") % 12) + (isAfternoon ? 12 : 0)).AddMinutes(Of("minute") + 1);
        if (named == 0 && end < today - Slack)
            end = end.AddDays(1);
        else if (named > 0 && Of("year") == 0)
            end = end < today.AddMonths(-6) ? end.AddYears(1) : end > today.AddMonths(6) ? end.AddYears(-1) : end;
        return new DateTimeOffset(end, zone.GetUtcOffset(end));
    }

    private static TimeZoneInfo? Zone(string name) => name.Length == 0 ? TimeZoneInfo.Local : TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone) ? zone : null;

    [GeneratedRegex(@"(\||resets?_?at\\?""\s{0,5}:\s{0,5})(?<number>1[0-9]{9}([0-9]{3})?)\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Epoch();

    [GeneratedRegex(@"(resets?|again|available|until|retry)( at| after)?\\?""?:?\s{0,5}\\?""?(?<iso>20[0-9]{2}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,7})?)?(Z|[+-][0-9]{2}:?[0-9]{2})?)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Iso();

    [GeneratedRegex(@"(again|retry|retrying|resets?|wait)( in| after) ((about|~) ?)?((?<d>[0-9]{1,9}) ?d(ays?)?(?![a-z]),? ?(and )?)?((?<h>[0-9]{1,9}) ?h((ou)?rs?)?(?![a-z]),? ?(and )?)?((?<m>[0-9]{1,9}) ?m(in(ute)?s?)?(?![a-z]),? ?(and )?)?((?<s>[0-9]{1,9}(\.[0-9]{1,9})?) ?s(ec(ond)?s?)?(?![a-z])|(?<ms>[0-9]{1,9}(\.[0-9]{1,9})?) ?(ms|milliseconds?)(?![a-z]))?", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex After();

    [GeneratedRegex(@"(retry[-_ ]?(after|delay)|resets?_in_seconds)\\?""?\s{0,5}[:=]\s{0,5}\\?""?(?<s>[0-9]{1,9}(\.[0-9]{1,9})?)s?(?![\w.-])", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Plain();

    [GeneratedRegex(@"(again|resets?|available)( at)? ((?<month>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.? (?<day>[0-9]{1,2})(st|nd|rd|th)?,?( (?<year>20[0-9]{2}),?)?( at)? )?(?<hour>[0-9]{1,2})(:(?<minute>[0-9]{2}))? ?(?<half>am|pm)\b( \((?<zone>[A-Za-z0-9_+/-]{1,64})\))?", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Clock();
}
