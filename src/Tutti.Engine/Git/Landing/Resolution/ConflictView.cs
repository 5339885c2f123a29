using System.Text;
using Tutti.Core;

namespace Tutti.Engine.Git.Landing.Resolution;

/// <summary>A commit of the side merged onto that touched a path.</summary>
/// <param name="Id">Full id.</param>
/// <param name="Subject">The first line of its message.</param>
/// <param name="Task">The task whose work it is, where its message says so.</param>
public sealed record ConflictCommit(string Id, string Subject, string? Task);

/// <summary>A part of a file that is in conflict.</summary>
/// <param name="Line">1-based line of the marked file at which the text starts.</param>
/// <param name="Text">The lines with their markers and a little around them, possibly cut.</param>
public sealed record ConflictHunk(int Line, string Text);

/// <summary>A conflicted path as a person looks at it.</summary>
/// <param name="Path">Relative, with <c>/</c>.</param>
/// <param name="Kind">What kind of conflict.</param>
/// <param name="Messages">Git's words that name the path.</param>
/// <param name="Ours">The newest commits on the side merged onto that touched it.</param>
/// <param name="Hunks">Its first conflicts, where it is a text.</param>
/// <param name="HunkCount">All of them.</param>
public sealed record ConflictView(
    string Path, ConflictKind Kind, IReadOnlyList<string> Messages, IReadOnlyList<ConflictCommit> Ours, IReadOnlyList<ConflictHunk> Hunks, int HunkCount)
{
    private const int PathsShown = 50;
    private const int HunksShown = 5;
    private const int LinesShown = 60;
    private const int CommitsShown = 5;
    private const int Around = 2;

    /// <summary>The path with its kind and git's words, for a prompt.</summary>
    public string Said => $"{Path} ({Kind.ToString().ToLowerInvariant()}){string.Concat(Messages.Select(m => $"\n  {m.ReplaceLineEndings(" ")}"))}";

    /// <summary>The conflict of two commits, found out without a trace; empty where there is none.</summary>
    /// <exception cref="FailureException">It cannot be tried.</exception>
    public static Task<IReadOnlyList<ConflictView>> ReadAsync(ControlRepository control, string onto, string head, CancellationToken cancellation = default) =>
        control.TrialAsync<IReadOnlyList<ConflictView>>(async environment =>
        {
            var (outcome, _) = await control.MergeTreesAsync(onto, head, environment, cancellation, withBase: true);
            if (outcome is MergeOutcome.Failed { Failure: { } failure })
                throw new FailureException(failure);
            if (outcome is not MergeOutcome.Conflicted conflict)
                return [];
            var paths = conflict.Paths.Take(PathsShown).ToList();
            var place = new GitPlace(control.State, environment);
            var entries = await MergeBase.EntriesAsync(control, conflict.Tree, [.. paths.Select(p => p.Path)], cancellation, place);
            var blobs = await Blobs.ReadAsync(control, entries.Values.Where(e => e.Mode != "160000").Select(e => e.Id), cancellation, place);
            var views = new List<ConflictView>();
            foreach (var path in paths)
            {
                var lines = entries.TryGetValue(path.Path, out var entry) && blobs.TryGetValue(entry.Id, out var bytes) ? Blobs.Text(bytes) : null;
                var hunks = Cut(lines ?? []);
                views.Add(new ConflictView(
                    path.Path,
                    path.Kind,
                    [.. conflict.Messages.Where(m => m.Contains(path.Path, StringComparison.Ordinal))],
                    await CommitsAsync(control, onto, head, path.Path, cancellation),
                    [.. hunks.Take(HunksShown)],
                    hunks.Count));
            }

            return views;
        });

    /// <summary>The parts of a marked text between its outer markers.</summary>
    internal static IReadOnlyList<ConflictHunk> Cut(IReadOnlyList<string> lines)
    {
        var hunks = new List<ConflictHunk>();
        for (var at = 0; at < lines.Count; at++)
        {
            if (!lines[at].StartsWith("<<<<<<< ", StringComparison.Ordinal))
                continue;
            var end = at;
            while (end < lines.Count - 1 && !lines[end].StartsWith(">>>>>>> ", StringComparison.Ordinal))
                end++;
            var (start, stop) = (Math.Max(0, at - Around), Math.Min(lines.Count, end + 1 + Around));
            var shown = lines.Skip(start).Take(Math.Min(stop - start, LinesShown)).ToList();
            if (stop - start > LinesShown)
                shown.Add($"… {stop - start - LinesShown} more lines");
            hunks.Add(new ConflictHunk(start + 1, string.Join('\n', shown)));
            at = end;
        }

        return hunks;
    }

    // Three fields a commit, NUL between fields and between commits: id, subject, the trailer's value.
    private static async Task<IReadOnlyList<ConflictCommit>> CommitsAsync(ControlRepository control, string onto, string head, string path, CancellationToken cancellation)
    {
        var listed = await control.AskAsync(
            [
                "--literal-pathspecs", "log", "-z", "--no-show-signature", "--encoding=UTF-8", $"--max-count={CommitsShown}",
                $"--format=%H%x00%s%x00%(trailers:key={CommitTrailers.Task},valueonly,separator=%x2C)", ObjectId.Check(onto), $"^{ObjectId.Check(head)}", "--", path,
            ],
            cancellation);
        return [.. Encoding.UTF8.GetString(listed).Split('\0').Chunk(3).Where(c => c.Length == 3).Select(c => new ConflictCommit(c[0], c[1], c[2].Trim() is { Length: > 0 } task ? task : null))];
    }
}
