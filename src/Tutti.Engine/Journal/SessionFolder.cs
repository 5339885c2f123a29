using System.Globalization;
using System.Text.RegularExpressions;
using Tutti.Core;

namespace Tutti.Engine.Journal;

/// <summary>
/// Where a session keeps everything: <c>&lt;git common dir&gt;/tutti/sessions/&lt;id&gt;/</c>, never inside the user's tree.
/// </summary>
/// <param name="Path">The session's own folder.</param>
public sealed partial record SessionFolder(string Path)
{
    /// <summary>Most sessions of one day.</summary>
    private const int MostPerDay = 999;

    public string Id => System.IO.Path.GetFileName(Path);

    public string Journal => System.IO.Path.Combine(Path, "journal.jsonl");

    public string Lock => System.IO.Path.Combine(Path, "lock");

    /// <summary>Where other processes leave what they ask of the conductor.</summary>
    public string Inbox => System.IO.Path.Combine(Path, "inbox");

    public string Attempts => System.IO.Path.Combine(Path, "attempts");

    public string Preserved => System.IO.Path.Combine(Path, "preserved");

    /// <summary>Something is there that is only made when the journal has an event: an attempt, or a status.</summary>
    public bool HasBegun => System.IO.File.Exists(File(StatusSnapshot.FileName)) || (Directory.Exists(Attempts) && Directory.EnumerateDirectories(Attempts).Any());

    /// <summary>Its journal holds something, or has: one that was killed before its first event is no session that anyone would ask for.</summary>
    public bool HasStarted => HasBegun || new FileInfo(Journal) is { Exists: true, Length: > 0 };

    /// <summary>Short names of the branches that were chosen for its tasks, long before there are such branches; none where none have been chosen.</summary>
    public IReadOnlyList<string> Branches
    {
        get => new FileInfo(ClaimFile) is { Exists: true, Length: > 0 } ? System.IO.File.ReadAllLines(ClaimFile) : [];
        set => System.IO.File.WriteAllLines(ClaimFile, value);
    }

    private string ClaimFile => File("claim");

    /// <summary>A file beside the journal, such as a report.</summary>
    public string File(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>What the ids of all sessions of a day begin with.</summary>
    public static string Day(DateTimeOffset today) => today.ToString("yyyy-MM-dd-", CultureInfo.InvariantCulture);

    /// <summary>Makes the folder of a new session, whose id <c>YYYY-MM-DD-NNN</c> is the first of the day that is free.</summary>
    /// <param name="stateDirectory">Where sessions are kept.</param>
    /// <param name="today">The day.</param>
    /// <param name="taken">Ids that have been given, whether or not they have a folder.</param>
    public static SessionFolder Create(string stateDirectory, DateTimeOffset today, IReadOnlySet<string>? taken = null)
    {
        var sessions = Root(stateDirectory);
        Directory.CreateDirectory(sessions);
        for (var n = 1; n <= MostPerDay; n++)
        {
            var id = string.Create(CultureInfo.InvariantCulture, $"{Day(today)}{n:000}");
            var folder = new SessionFolder(System.IO.Path.Combine(sessions, id));
            if (taken?.Contains(id) != true && Claim(folder))
                return folder;
        }

        throw FailureException.Environment("too_many_sessions", $"there are {MostPerDay} sessions of today already", "'tutti clean all' removes ended ones");
    }

    /// <summary>All sessions of a repository, newest first.</summary>
    public static IReadOnlyList<SessionFolder> All(string stateDirectory)
    {
        var sessions = Root(stateDirectory);
        if (!Directory.Exists(sessions))
            return [];
        return
        [
            .. Directory.EnumerateDirectories(sessions)
                .Where(path => IdPattern().IsMatch(System.IO.Path.GetFileName(path)))
                .OrderDescending(StringComparer.Ordinal)
                .Select(path => new SessionFolder(path)),
        ];
    }

    /// <summary>The session of that id, or the newest that has started, or the newest where none has.</summary>
    /// <exception cref="FailureException"><c>session_unknown</c>.</exception>
    public static SessionFolder Find(string stateDirectory, string? id)
    {
        var all = All(stateDirectory);
        if (id is null)
            return all.FirstOrDefault(s => s.HasStarted) ?? (all.Count > 0 ? all[0] : throw FailureException.Input(FailureCode.SessionUnknown, "there is no session in this repository", "'tutti run' starts one"));
        return all.FirstOrDefault(s => s.Id == id)
            ?? throw FailureException.Input(FailureCode.SessionUnknown, $"there is no session '{id}'", all.Count == 0 ? "'tutti run' starts one" : Nearest.Hint(id, [.. all.Take(5).Select(s => s.Id)]));
    }

    /// <summary>What to tell whoever asks for a session without events: it was killed before its first one, or is about to write it.</summary>
    /// <param name="remedy">What to do, where starting a new one is not it.</param>
    public FailureException Empty(string? remedy = null) =>
        FailureException.Input("session_empty", $"session {Id} was never started, or is starting at this moment", remedy ?? "ask again in a moment; 'tutti run' starts a new one");

    private static string Root(string stateDirectory) => System.IO.Path.Combine(stateDirectory, "sessions");

    // A folder belongs to whoever makes its claim file; CreateDirectory alone does not tell who was first.
    private static bool Claim(SessionFolder folder)
    {
        try
        {
            Directory.CreateDirectory(folder.Path);
            using var claim = new FileStream(folder.ClaimFile, FileMode.CreateNew);
            return true;
        }
        catch (IOException) when (System.IO.File.Exists(folder.ClaimFile) || System.IO.File.Exists(folder.Journal))
        {
            return false;
        }
    }

    [GeneratedRegex(@"^[0-9]{4}-[0-9]{2}-[0-9]{2}-[0-9]{3}\z", RegexOptions.CultureInvariant)]
    private static partial Regex IdPattern();
}
