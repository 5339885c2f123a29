using Tutti.Core;
using Tutti.Engine.Host;

namespace Tutti.Engine.Git.Landing;

/// <summary>Whether a branch could be moved, found out without moving it.</summary>
/// <param name="CheckedOut">The checkout that would be moved with it; null where there is none, or more than one.</param>
/// <param name="LocalChanges">How many paths have uncommitted changes there.</param>
/// <param name="Refusal">Why it could not; null where it could.</param>
public sealed record MoveForecast(string? CheckedOut, int LocalChanges, Failure? Refusal);

/// <summary>Finds out whether a checkout could be fast-forwarded.</summary>
internal static class CheckoutForecast
{
    public static async Task<MoveForecast> OfAsync(string path, string from, string to, TrialMerges? trial, CancellationToken cancellation)
    {
        if (CheckoutMove.InTheMiddle(path) is { } middle)
            return new MoveForecast(path, 0, middle.Failure);
        var changes = (await CheckoutStatus.ReadAsync(path, cancellation)).Entries.Count;
        var index = Path.Combine(GitFolder.Of(path) ?? path, "index");
        if (File.Exists(index + ".lock"))
            return new MoveForecast(path, changes, new Failure(FailureCategory.Git, "checkout_busy", $"another git is at work in {path}", $"if none is, remove {index}.lock"));
        return new MoveForecast(path, changes, await OverlapAsync(path, index, from, to, trial, cancellation));
    }

    // The two-tree merge that a fast-forward makes, on a copy of the index: git refreshes and locks the one it is given.
    private static async Task<Failure?> OverlapAsync(string path, string index, string from, string to, TrialMerges? trial, CancellationToken cancellation)
    {
        using var folder = new ScratchFolder("tutti-forecast-");
        var copy = Path.Combine(folder.Path, "index");
        if (File.Exists(index))
            File.Copy(index, copy);
        var environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["GIT_INDEX_FILE"] = copy };
        if (trial is not null)
            environment["GIT_ALTERNATE_OBJECT_DIRECTORIES"] = ControlRepository.Quoted(trial.Objects);
        if ((await CheckoutMove.InTheWayAsync(path, from, to, cancellation, environment) ?? await CheckoutMove.RemovedAsync(path, from, to, cancellation, environment)) is { } overlap)
            return overlap;
        await GitCommand.TryAsync(path, ["update-index", "-q", "--refresh"], environment: environment, cancellation: cancellation);
        string[] arguments = ["read-tree", "-m", "-u", "--dry-run", from, to];
        var result = await GitCommand.TryAsync(path, arguments, environment: environment, cancellation: cancellation);
        return result.ExitCode == 0 ? null : CheckoutMove.Classify(path, arguments, result);
    }
}
