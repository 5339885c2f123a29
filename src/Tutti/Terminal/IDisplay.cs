using Tutti.Core.Session;
using Tutti.Core.Views;

namespace Tutti.Terminal;

/// <summary>
/// Tells the story of a run while it goes on. It never blocks on a slow terminal and never throws because a stream was closed or a
/// window is small: a run does not fail because nobody can watch it. Called from one thread at a time. Disposing it
/// leaves the terminal as it was.
/// </summary>
public interface IDisplay : IAsyncDisposable
{
    /// <summary>Something has happened.</summary>
    /// <param name="state">The session after it.</param>
    /// <param name="news">The events, oldest first, each with its line in the journal, without the line's end.</param>
    /// <param name="live">What is not in the journal.</param>
    void Show(SessionState state, IReadOnlyList<(Recorded Event, string JsonLine)> news, LiveInfo live);

    /// <summary>Time has passed; to be called at least once a second, and ten times where agents print.</summary>
    void Tick(SessionState state, LiveInfo live);
}
