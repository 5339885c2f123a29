using System.Text.Json;
using Tutti.Core;
using Tutti.Core.Landing;

namespace Tutti.Engine.Git.Landing;

/// <summary>A live task's branch as it is now.</summary>
/// <param name="Task">The task's id.</param>
/// <param name="Commit">Full id of its head.</param>
public sealed record LiveBranch(string Task, string Commit);

/// <summary>
/// Who will collide with whom, and where: all pairs of live branches and each of them with the target are merged on trial, in one git
/// process. What two commits give never changes, so only pairs with a commit that is new are merged; those whose files' contents are merged
/// once more where the target's attributes have a say in it (<c>merge=union</c>, <c>-merge</c>), as they have when the branches land.
/// </summary>
/// <param name="control">Where trials are made.</param>
public sealed class Forecasting(ControlRepository control)
{
    /// <summary>Most branches that are looked at: the first so many that were started. All pairs of them are 2,016.</summary>
    public const int MostBranches = 64;

    private static readonly Found None = new([], 0, new HashSet<string>());

    private Dictionary<(string, string), Found> _known = [];

    // By the attributes that were read last, and only pairs of which contents are merged; empty where these are merged as text.
    private Dictionary<(string, string), Found> _byAttributes = [];
    private string _attributes = "";

    /// <summary>How many pairs the last forecast merged; the others were known.</summary>
    public int Merged { get; private set; }

    /// <summary>The collisions, by task and then by the other one; a pair that cannot be merged at all is none. Not to be called twice at once.</summary>
    /// <param name="branches">In the order in which they were started.</param>
    /// <param name="target">Full id of the commit that the next branch lands on.</param>
    /// <param name="cancellation">Ends git.</param>
    /// <exception cref="FailureException">Git could not be asked; what was known is kept.</exception>
    public async Task<IReadOnlyList<Collision>> MakeAsync(IReadOnlyList<LiveBranch> branches, string target, CancellationToken cancellation = default)
    {
        var looked = branches.Take(MostBranches).OrderBy(b => b.Task, StringComparer.Ordinal).ToList();
        var pairs = new List<(LiveBranch One, string? With, string Other)>();
        for (var i = 0; i < looked.Count; i++)
        {
            pairs.Add((looked[i], null, target));
            pairs.AddRange(looked.Skip(i + 1).Select(other => (looked[i], (string?)other.Task, other.Commit)));
        }

        await LearnAsync([.. pairs.Select(p => Key(p.One.Commit, p.Other)).Distinct()], cancellation);
        await LearnByAttributesAsync(target, cancellation);
        return
        [
            .. pairs.Select(p => (p.One.Task, p.With, Found: Of(Key(p.One.Commit, p.Other))))
                .Where(p => p.Found.IsCollision)
                .Select(p => new Collision(p.Task, p.With, p.Found.Paths, p.Found.Count)),
        ];
    }

    private Found Of((string, string) pair) => _byAttributes.GetValueOrDefault(pair) ?? _known.GetValueOrDefault(pair, None);

    // The pair in the same order whoever comes first, so that it is known again.
    private static (string, string) Key(string a, string b) => string.CompareOrdinal(a, b) <= 0 ? (a, b) : (b, a);

    private async Task LearnAsync(IReadOnlyList<(string One, string Other)> wanted, CancellationToken cancellation)
    {
        var missing = wanted.Where(pair => !_known.ContainsKey(pair) && pair.One != pair.Other).ToList();
        var merged = missing.Count == 0 ? [] : await control.TryMergesAsync(missing, cancellation);
        // Only what was asked for now stays: the memory is that of the last forecast, however long the session.
        var known = wanted.Where(_known.ContainsKey).ToDictionary(pair => pair, pair => _known[pair]);
        foreach (var (pair, result) in missing.Zip(merged))
            known[pair] = result is null ? None : Of(result);
        (_known, Merged) = (known, missing.Count);
    }

    private async Task LearnByAttributesAsync(string target, CancellationToken cancellation)
    {
        var wanted = _known.Where(known => known.Value.MergedFolders.Count > 0).Select(known => known.Key).ToList();
        var folders = wanted.SelectMany(pair => _known[pair].MergedFolders).ToHashSet(StringComparer.Ordinal);
        var files = folders.Count == 0 ? [] : await TargetAttributes.ReadAsync(control, target, folders, cancellation);
        var attributes = string.Concat(files.Select(f => $"{f.Path}\0{Convert.ToBase64String(f.Content)}\0"));
        var known = attributes == _attributes ? wanted.Where(_byAttributes.ContainsKey).ToDictionary(pair => pair, pair => _byAttributes[pair]) : [];
        var missing = files.Count == 0 ? [] : wanted.Where(pair => !known.ContainsKey(pair)).ToList();
        var merged = missing.Count == 0 ? [] : await control.TryMergesAsync(missing, files, cancellation);
        foreach (var (pair, result) in missing.Zip(merged))
            known[pair] = result is null ? None : Of(result);
        (_byAttributes, _attributes) = (known, attributes);
    }

    private static Found Of(BatchedMerge merge)
    {
        var (paths, folders) = (merge.Output.Paths, merge.Output.MergedFolders);
        return merge.Clean
            ? None with { MergedFolders = folders }
            : new Found([.. paths.Take(Collision.MostPaths).Select(p => new CollisionPath(p.Path, Word(p.Kind)))], paths.Count, folders) { IsCollision = true };
    }

    private static string Word(ConflictKind kind) => JsonNamingPolicy.KebabCaseLower.ConvertName(kind.ToString());

    private sealed record Found(IReadOnlyList<CollisionPath> Paths, int Count, IReadOnlySet<string> MergedFolders)
    {
        // A conflict of folders alone has no path of its own.
        public bool IsCollision { get; init; }
    }
}
