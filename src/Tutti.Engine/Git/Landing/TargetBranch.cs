using Tutti.Core;

namespace Tutti.Engine.Git.Landing;

/// <summary>
/// Moves target branches by compare-and-swap. A branch that is checked out is fast-forwarded in that checkout, which keeps unrelated
/// local changes and refuses on overlap; a bare ref update under a checkout would make the user's next commit revert the landing.
/// </summary>
/// <param name="commonDirectory">The common git folder.</param>
/// <param name="slotRoot">The pool's folder, whose checkouts are Tutti's own; null when there is none.</param>
/// <param name="time">The clock for waiting on a lock that another git holds.</param>
public sealed class TargetBranch(string commonDirectory, string? slotRoot = null, TimeProvider? time = null)
{
    private const int Tries = 10;
    private const int BuildersNamed = 5;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private readonly RefStore _refs = new(commonDirectory);

    /// <summary>The branch's commit, or null.</summary>
    public Task<string?> HeadAsync(string branch, CancellationToken cancellation = default) => _refs.ReadAsync(FullName(branch), cancellation);

    /// <summary>Moves the branch from one commit to another that builds on it. Asking again is harmless.</summary>
    /// <returns>
    /// Refused with <c>target_symbolic</c>, <c>target_rebasing</c>, <c>target_checked_out_twice</c>, <c>target_in_slot</c>, <c>target_checkout_missing</c>,
    /// <c>checkout_in_the_middle</c>, <c>checkout_overlap</c>, <c>checkout_busy</c>, <c>checkout_switched</c>, <c>checkout_half_moved</c>, <c>checkout_failed</c>,
    /// <c>target_locked</c>, <c>not_fast_forward</c> or <c>git_failed</c>.
    /// </returns>
    public Task<MoveOutcome> MoveAsync(MoveRequest request, CancellationToken cancellation = default) =>
        PatientlyAsync(() => TryMoveAsync(request with { Branch = FullName(request.Branch) }, cancellation), FullName(request.Branch), cancellation);

    /// <summary>
    /// Puts the branch back, if it still stands where the session left it and nobody has built on it.
    /// </summary>
    /// <returns>As <see cref="MoveAsync"/>, and Refused with <c>target_moved_on</c>, <c>target_gone</c> or <c>already_published</c>; never MovedByOther.</returns>
    public Task<MoveOutcome> UndoAsync(UndoRequest request, CancellationToken cancellation = default) =>
        PatientlyAsync(() => TryUndoAsync(request with { Branch = FullName(request.Branch) }, cancellation), FullName(request.Branch), cancellation);

    /// <summary>Finds out whether <see cref="MoveAsync"/> would move the branch now; changes nothing, not even an index.</summary>
    /// <param name="request">The move; its commit may exist in a rehearsal only.</param>
    /// <param name="trial">The rehearsal that made the commit; null where the repository has it.</param>
    /// <param name="cancellation">Ends the git processes.</param>
    public async Task<MoveForecast> ForecastAsync(MoveRequest request, TrialMerges? trial = null, CancellationToken cancellation = default)
    {
        var (branch, from, to) = (FullName(request.Branch), ObjectId.Check(request.From), ObjectId.Check(request.To));
        var place = await Checkouts.FindAsync(commonDirectory, branch, cancellation);
        var path = place.At.Count == 1 ? place.At[0].Path : null;
        if (place.Tip is null)
            return new MoveForecast(path, 0, new Failure(FailureCategory.Git, "target_gone", $"{Short(branch)} does not exist any more", $"make it again: git branch {Short(branch)} COMMIT; its last place is in the reflog of your checkout"));
        if (CannotMove(branch, place) is { } refused)
            return new MoveForecast(path, 0, refused.Failure);
        if (place.Tip != from)
            return new MoveForecast(path, 0, new Failure(FailureCategory.Git, "target_moved", $"{Short(branch)} has just moved to {place.Tip[..10]}", "look again"));
        // git makes this file before it writes a ref, and removes it after; one that died leaves it.
        if (File.Exists(Path.Combine(commonDirectory, branch + ".lock")))
            return new MoveForecast(path, 0, new Failure(FailureCategory.Git, "target_locked", $"another process holds the lock of {Short(branch)}", $"if none does, remove {Path.Combine(commonDirectory, branch)}.lock"));
        return path is null ? new MoveForecast(null, 0, null) : await CheckoutForecast.OfAsync(path, from, to, trial, cancellation);
    }

    private async Task<MoveOutcome> TryMoveAsync(MoveRequest request, CancellationToken cancellation)
    {
        var (branch, from, to) = (request.Branch, ObjectId.Check(request.From), ObjectId.Check(request.To));
        var place = await Checkouts.FindAsync(commonDirectory, branch, cancellation);
        if (place.Tip != from && place.SymbolicTo is null)
            return place.Tip is { } tip && await Checkouts.IsAncestorAsync(commonDirectory, to, tip, cancellation)
                ? new MoveOutcome.Moved(place.At.Count == 1 ? place.At[0].Path : null)
                : new MoveOutcome.MovedByOther(place.Tip);
        if (CannotMove(branch, place) is { } refused)
            return refused;
        if (place.At.Count > 0)
            return await CheckoutMove.ForwardAsync(place.At[0].Path, branch, from, to, cancellation);
        return await Checkouts.IsAncestorAsync(commonDirectory, from, to, cancellation)
            ? await MoveRefAsync(branch, from, to, "tutti: land", cancellation)
            : new MoveOutcome.Refused(CheckoutMove.NotForward(Short(branch), from, to));
    }

    private async Task<MoveOutcome> TryUndoAsync(UndoRequest request, CancellationToken cancellation)
    {
        var (branch, landed, before) = (request.Branch, ObjectId.Check(request.LandedTip), ObjectId.Check(request.Before));
        var place = await Checkouts.FindAsync(commonDirectory, branch, cancellation);
        if (place.Tip is null)
            return Refuse("target_gone", $"{Short(branch)} does not exist any more", $"make it again where it would go back to: git branch {Short(branch)} {before[..10]}; or with what was landed: git branch {Short(branch)} {landed[..10]}");
        if (place.Tip == before && place.SymbolicTo is null)
            return new MoveOutcome.Moved(place.At.Count == 1 ? place.At[0].Path : null);
        if (CannotMove(branch, place) is { } refused)
            return refused;
        if (place.Tip != landed)
            return await MovedOnAsync(branch, landed, place.Tip, cancellation);
        if (await PublishedAsync(landed, cancellation) is { } remote)
            return Refuse("already_published", $"{remote} holds the landing already", $"take it back with a new commit: git revert -m 1 {landed[..10]}");
        if (await KeepAsync(request.KeepAt, landed, cancellation) is { } failure)
            return new MoveOutcome.Refused(failure);

        var outcome = place.At.Count == 0
            ? await MoveRefAsync(branch, landed, before, "tutti: undo", cancellation)
            : await CheckoutMove.BackAsync(place.At[0].Path, branch, landed, before, cancellation);
        return outcome is MoveOutcome.MovedByOther { Actual: { } actual } ? await MovedOnAsync(branch, landed, actual, cancellation) : outcome;
    }

    private MoveOutcome.Refused? CannotMove(string branch, BranchPlace place)
    {
        if (place.SymbolicTo is { } other)
            return Refuse("target_symbolic", $"{Short(branch)} is only another name of {Short(other)}", $"land on {Short(other)} instead: --target {Short(other)}");
        if (place.RebasingIn is { } rebasing)
            return Refuse("target_rebasing", $"{Short(branch)} is being rebased in {rebasing}", $"finish or abort it: git -C '{rebasing}' rebase --abort");
        if (place.At.Count > 1)
            return Refuse("target_checked_out_twice", $"{Short(branch)} is checked out in {string.Join(" and ", place.At.Select(c => c.Path))}", "switch one of them to another branch");
        if (place.At.Count == 0)
            return null;
        var path = place.At[0].Path;
        if (slotRoot is not null && Path.GetFullPath(path).StartsWith(Path.TrimEndingDirectorySeparator(Path.GetFullPath(slotRoot)) + Path.DirectorySeparatorChar, StringComparison.Ordinal))
            return Refuse("target_in_slot", $"{Short(branch)} is checked out in the slot {path}, where an agent may be at work", $"git -C '{path}' switch --detach");
        return Directory.Exists(path)
            ? null
            : Refuse("target_checkout_missing", $"{Short(branch)} is checked out in {path}, which is not there", "git worktree prune, if that folder will not come back");
    }

    /// <summary>Moves the ref alone. Someone may check the branch out at that very moment, with the old files; those are brought along.</summary>
    private async Task<MoveOutcome> MoveRefAsync(string branch, string from, string to, string reason, CancellationToken cancellation)
    {
        if (await _refs.ApplyAsync([RefChange.Update(branch, from, to)], reason, cancellation) is { } failure)
        {
            var actual = await HeadAsync(branch, cancellation);
            return actual != from ? new MoveOutcome.MovedByOther(actual) : new MoveOutcome.Refused(failure);
        }

        var late = (await Checkouts.FindAsync(commonDirectory, branch, cancellation)).At;
        if (late.Count == 0 || await CheckoutMove.FilesAsync(late[0].Path, from, to, cancellation) is not { } files)
            return new MoveOutcome.Moved(late.Count == 0 ? null : late[0].Path);
        await _refs.ApplyAsync([RefChange.Update(branch, to, from)], reason, cancellation);
        return new MoveOutcome.Refused(files);
    }

    private async Task<MoveOutcome> MovedOnAsync(string branch, string landed, string actual, CancellationToken cancellation)
    {
        var log = await GitCommand.TryAsync(
            commonDirectory, ["log", "--no-show-signature", $"--max-count={BuildersNamed}", "--format=%h %an: %s", $"{landed}..{actual}", "--"], cancellation: cancellation);
        var who = log.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return new MoveOutcome.Refused(new Failure(
            FailureCategory.Git,
            "target_moved_on",
            who.Length == 0 ? $"{Short(branch)} stands on {actual[..10]}, not on what was landed" : $"{Short(branch)} was built on since: {who[0]}",
            "take single commits back with git revert",
            string.Join('\n', who)));
    }

    private async Task<string?> PublishedAsync(string commit, CancellationToken cancellation)
    {
        var found = await GitCommand.RunAsync(
            commonDirectory, ["for-each-ref", "--count=1", "--format=%(refname:short)", $"--contains={commit}", "refs/remotes"], cancellation: cancellation);
        return found.Length == 0 ? null : found;
    }

    private async Task<Failure?> KeepAsync(string name, string commit, CancellationToken cancellation)
    {
        var now = await _refs.ReadAsync(name, cancellation);
        return now == commit ? null : await _refs.ApplyAsync([now is null ? RefChange.Create(name, commit) : RefChange.Update(name, now, commit)], "tutti: undo", cancellation);
    }

    /// <summary>Another git may hold a lock for a moment; one that died may hold it for ever.</summary>
    private async Task<MoveOutcome> PatientlyAsync(Func<Task<MoveOutcome>> attempt, string branch, CancellationToken cancellation)
    {
        for (var tried = 1; ; tried++)
        {
            var outcome = await attempt();
            if (outcome is not MoveOutcome.Refused { Failure: { Code: "checkout_busy" or "ref_locked" } failure })
                return outcome;
            if (tried == Tries)
                return failure.Code == "checkout_busy" ? outcome : Refuse("target_locked", $"another process holds the lock of {Short(branch)}", failure.Message);
            await Task.Delay(Pause, time ?? TimeProvider.System, cancellation);
        }
    }

    private static MoveOutcome.Refused Refuse(string code, string message, string? hint = null) =>
        new(new Failure(FailureCategory.Git, code, message, hint));

    private static string FullName(string branch) => branch.StartsWith("refs/", StringComparison.Ordinal) ? branch : "refs/heads/" + branch;

    private static string Short(string branch) => branch.StartsWith("refs/heads/", StringComparison.Ordinal) ? branch[11..] : branch;
}
