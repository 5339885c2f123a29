using Tutti.Core;

namespace Tutti.Engine.Git.Landing;

public sealed partial class ControlRepository
{
    // Each pair that git gives up on costs another process; a branch without a common history gives one pair with every other.
    private const int MostRestarts = 8;

    /// <summary>The same without a trace: what it writes is thrown away. <see cref="MergeOutcome.Merged.Commit"/> is empty.</summary>
    public Task<MergeOutcome> TryMergeAsync(string onto, string head, CancellationToken cancellation = default) => TrialAsync(async environment =>
    {
        var merged = await MergeTreesAsync(onto, head, environment, cancellation);
        return merged.Outcome ?? new MergeOutcome.Merged("", merged.Tree);
    });

    /// <summary>The same for merges on top of each other: what they write lasts until the rehearsal is over, and nothing of it is signed.</summary>
    public TrialMerges BeginTrial()
    {
        ControlFolder.Ensure(_folder, _sha256);
        var objects = TrialFolder.Make(_folder);
        return new TrialMerges(new ControlRepository(_folder, _common, _user, _sha256) { _rehearsal = objects }, objects);
    }

    /// <summary>Merges many pairs on trial in one process, without a trace.</summary>
    /// <param name="pairs">Full ids of the two commits of each.</param>
    /// <param name="cancellation">Ends git.</param>
    /// <returns>For each pair in its order what it gave; null where it cannot be merged (no common history, a commit that is not there) or was not come to.</returns>
    /// <exception cref="FailureException"><c>git_failed</c>: nothing could be merged.</exception>
    public Task<IReadOnlyList<BatchedMerge?>> TryMergesAsync(IReadOnlyList<(string One, string Other)> pairs, CancellationToken cancellation = default) =>
        TrialAsync(environment => BatchAsync(Intact(), pairs, environment, cancellation));

    /// <summary>The same by these attributes, as <see cref="TargetAttributes"/> reads them; without, contents are merged as text.</summary>
    internal Task<IReadOnlyList<BatchedMerge?>> TryMergesAsync(
        IReadOnlyList<(string One, string Other)> pairs, IReadOnlyList<AttributesFile> attributes, CancellationToken cancellation) =>
        TrialAsync(trial => InAttributesAsync(attributes, trial, (checkout, environment) => BatchAsync(checkout, pairs, environment, cancellation), cancellation));

    private static async Task<IReadOnlyList<BatchedMerge?>> BatchAsync(
        string directory, IReadOnlyList<(string One, string Other)> pairs, IReadOnlyDictionary<string, string> environment, CancellationToken cancellation)
    {
        // Nobody reads these objects again: packing them tightly would cost a third of the time.
        string[] arguments = ["-c", "core.looseCompression=0", "merge-tree", "--write-tree", "-z", "--messages", "--stdin"];
        var results = new List<BatchedMerge?>();
        for (var started = 0; results.Count < pairs.Count && started <= MostRestarts; started++)
        {
            var input = string.Concat(pairs.Skip(results.Count).Select(p => $"{ObjectId.Check(p.One)} {ObjectId.Check(p.Other)}\n"));
            var ran = await GitCommand.TryAsync(directory, arguments, input, environment, cancellation);
            var whole = MergeTreeBatch.Parse(ran.Output);
            results.AddRange(whole);
            if (ran.Truncated || ran.TimedOut || results.Count == pairs.Count)
                break;
            if (!IsOfThePair(ran.Error))
                throw new FailureException(GitCommand.Failed(arguments, ran));
            results.Add(null); // The one it stumbled over; the rest is asked for again.
        }

        return [.. results, .. Enumerable.Repeat<BatchedMerge?>(null, pairs.Count - results.Count)];
    }

    // fatal: refusing to merge unrelated histories | merge-tree: ID - not something we can merge. Anything else would be said of every pair.
    private static bool IsOfThePair(string error) =>
        error.Contains("refusing to merge unrelated histories", StringComparison.Ordinal) || error.Contains("not something we can merge", StringComparison.Ordinal);

    /// <summary>Does something in the environment it is given, in which what is written goes to a folder of its own, which is then deleted.</summary>
    internal async Task<T> TrialAsync<T>(Func<IReadOnlyDictionary<string, string>, Task<T>> merge)
    {
        ControlFolder.Ensure(_folder, _sha256);
        var objects = TrialFolder.Make(_folder);
        try
        {
            var environment = Objects();
            environment["GIT_OBJECT_DIRECTORY"] = objects;
            environment["GIT_ALTERNATE_OBJECT_DIRECTORIES"] = Quoted(Path.Combine(_common, "objects"));
            return await merge(environment);
        }
        finally
        {
            ControlFolder.Delete(objects);
        }
    }
}
