using System.Text;
using Tutti.Core;

namespace Tutti.Engine.Processes;

/// <summary>A process that an attempt of this repository has left running.</summary>
/// <param name="Pid">Process id.</param>
/// <param name="Session">Session id of the attempt it comes from.</param>
/// <param name="Task">Task id.</param>
/// <param name="Folder">The attempt's folder; <see cref="AttemptProcess.EndAsync"/> on it ends the process.</param>
/// <param name="Command">What it runs, cut to a line.</param>
public sealed record Leftover(int Pid, string Session, string Task, AttemptFolder Folder, string Command);

/// <summary>Finds processes that outlived their attempts (PITFALLS P9), for <c>tutti doctor</c>.</summary>
public static class Leftovers
{
    private const int LongestCommand = 120;

    /// <summary>
    /// Processes with the mark of an attempt below a folder whose attempt is over, or whose session nobody conducts any more.
    /// </summary>
    /// <param name="sessionsFolder">Where the repository keeps its sessions; session ids repeat between repositories, so the id alone proves nothing.</param>
    /// <param name="isConducted">Says whether a conductor holds the session with this id.</param>
    public static IReadOnlyList<Leftover> Find(string sessionsFolder, Func<string, bool> isConducted)
    {
        var root = Path.GetFullPath(sessionsFolder).TrimEnd('/') + "/";
        return
        [
            .. ProcessTable.All()
                .Where(row => row.Pid != Environment.ProcessId)
                .Select(row => Marked(row.Pid, root))
                .OfType<Leftover>()
                .Where(found => !isConducted(found.Session) || AttemptProcess.Probe(found.Folder) is AttemptLife.Exited or AttemptLife.Dead)
        ];
    }

    private static Leftover? Marked(int pid, string root)
    {
        var marks = ProcessTable.Environment(pid)
            .Where(variable => variable.StartsWith("TUTTI_", StringComparison.Ordinal))
            .Select(variable => variable.Split('=', 2))
            .Where(pair => pair.Length == 2)
            .GroupBy(pair => pair[0], StringComparer.Ordinal)
            .ToDictionary(pairs => pairs.Key, pairs => pairs.First()[1], StringComparer.Ordinal);
        if (!marks.ContainsKey(AttemptMarks.Nonce) || marks.GetValueOrDefault(AttemptMarks.Result) is not { } result)
            return null;
        if (!result.StartsWith(root, StringComparison.Ordinal) || Path.GetDirectoryName(result) is not { } folder)
            return null;
        return new Leftover(
            pid, marks.GetValueOrDefault(AttemptMarks.Session, ""), marks.GetValueOrDefault(AttemptMarks.Task, ""), new AttemptFolder(folder), Command(pid));
    }

    private static string Command(int pid)
    {
        if (!OperatingSystem.IsLinux())
            return "";
        try
        {
            var words = Encoding.UTF8.GetString(File.ReadAllBytes($"/proc/{pid}/cmdline")).Replace('\0', ' ').Trim();
            return ShortText.Of(DisplayText.Clean(words).ReplaceLineEndings(" "), LongestCommand);
        }
        catch (IOException)
        {
            // Gone between the two looks; the next run of the doctor will not see it.
            return "";
        }
    }
}
