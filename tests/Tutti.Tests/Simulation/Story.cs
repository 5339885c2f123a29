using System.Globalization;
using Tutti.Core.Session;
using Tutti.Terminal;

namespace Tutti.Tests.Simulation;

/// <summary>What has happened in a simulated world, as a timeline that a person can read: what the session says of itself, and what befell it.</summary>
public sealed class Story
{
    private readonly List<(int After, DateTimeOffset At, string What)> _befell = [];

    /// <summary>Something happened that the journal does not tell.</summary>
    /// <param name="journal">How many events there are so far.</param>
    /// <param name="at">The world's time.</param>
    /// <param name="what">What it was.</param>
    public void Tell(int journal, DateTimeOffset at, string what) => _befell.Add((journal, at, what));

    /// <summary>The last lines of it.</summary>
    public string Of(IReadOnlyList<Recorded> journal, int most = int.MaxValue)
    {
        var (lines, start, next) = (new List<string>(), journal[0].At, 0);
        SessionState? state = null;
        for (var i = 0; i <= journal.Count; i++)
        {
            for (; next < _befell.Count && _befell[next].After <= i; next++)
                lines.Add($"{Time(_befell[next].At - start)}       -- {_befell[next].What}");
            if (i == journal.Count)
                break;
            state = Fold.Apply(state, journal[i]);
            lines.Add($"{Time(journal[i].At - start)} {journal[i].Seq,5} {Sentences.Of(journal[i].Event, state)}");
        }

        return string.Join('\n', lines.TakeLast(most));
    }

    private static string Time(TimeSpan since) => string.Create(CultureInfo.InvariantCulture, $"{(int)since.TotalHours:00}:{since.Minutes:00}:{since.Seconds:00}");
}
