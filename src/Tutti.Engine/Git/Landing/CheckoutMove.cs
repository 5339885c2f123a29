using Tutti.Core;
using Tutti.Engine.Processes;

namespace Tutti.Engine.Git.Landing;

/// <summary>Moves a checkout and its branch together, keeping the user's uncommitted changes or refusing.</summary>
internal static class CheckoutMove
{
    private const int PathsNamed = 20;
    private const int Tries = 20;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private static readonly string[] OverlapWords = ["would be overwritten by", "would be removed by", "would lose untracked files", "not uptodate"];

    /// <summary>Fast-forwards. <c>checkout_busy</c> and <c>ref_locked</c> are worth another try.</summary>
    public static async Task<MoveOutcome> ForwardAsync(string path, string branch, string from, string to, CancellationToken cancellation)
    {
        if (InTheMiddle(path) is { } middle)
            return middle;
        if (await RemovedAsync(path, from, to, cancellation) is { } removed)
            return new MoveOutcome.Refused(removed);
        // Each option undoes a setting that would make this more than a fast-forward. Ignored files count as the user's too.
        string[] arguments =
        [
            "-c", "core.quotePath=false", "merge", "--ff-only", "--no-squash", "--no-autostash", "--no-verify-signatures", "--no-overwrite-ignore", "--no-stat", "-q", to,
        ];
        var environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["GIT_REFLOG_ACTION"] = "tutti: land" };
        var result = await GitCommand.TryAsync(path, arguments, environment: environment, cancellation: cancellation);
        if (result.ExitCode == 0)
            return await ConfirmAsync(path, branch, from, to, cancellation);
        var tip = await new RefStore(path).ReadAsync(branch, cancellation);
        if (result.Error.Contains("Not possible to fast-forward", StringComparison.Ordinal) && tip == from)
            return new MoveOutcome.Refused(NotForward(branch, from, to));
        // The files are moved before the ref. When the ref then cannot be, because someone committed meanwhile, they go back.
        if (result.Error.Contains("update_ref failed", StringComparison.Ordinal) && await TakeBackAsync(path, tip, from, to, cancellation) is { } stuck)
            return new MoveOutcome.Refused(stuck);
        if (tip != from)
            return new MoveOutcome.MovedByOther(tip);
        return new MoveOutcome.Refused(Classify(path, arguments, result));
    }

    /// <summary>Goes back. Unlike <c>git reset</c>, it does not move the branch when someone has committed in between.</summary>
    public static async Task<MoveOutcome> BackAsync(string path, string branch, string landed, string before, CancellationToken cancellation)
    {
        if (InTheMiddle(path) is { } middle)
            return middle;
        if ((await InTheWayAsync(path, landed, before, cancellation) ?? await RemovedAsync(path, landed, before, cancellation)) is { } overlap)
            return new MoveOutcome.Refused(overlap);
        if (await FilesAsync(path, landed, before, cancellation) is { } refused)
            return new MoveOutcome.Refused(refused);
        if (await new RefStore(path).ApplyAsync([RefChange.Update(branch, landed, before)], "tutti: undo", cancellation) is not { } failure)
            return await WithIndexAsync(path, landed, before, IndexLook.Begin(path, landed, before, cancellation), cancellation);
        var tip = await new RefStore(path).ReadAsync(branch, cancellation);
        if (await TakeBackAsync(path, tip, landed, before, cancellation) is { } stuck)
            return new MoveOutcome.Refused(stuck);
        return tip != landed ? new MoveOutcome.MovedByOther(tip) : new MoveOutcome.Refused(failure);
    }

    /// <summary>
    /// Takes index and files from one commit to another and leaves HEAD alone. Paths that are the same in both keep what the user made of them; a path that has
    /// the new content already is left so. Null when done, otherwise nothing was changed.
    /// </summary>
    public static async Task<Failure?> FilesAsync(string path, string from, string to, CancellationToken cancellation)
    {
        // Unlike porcelain, read-tree takes a file whose time alone has changed for a changed file. Exit code 1 says that some are changed.
        await GitCommand.TryAsync(path, ["update-index", "-q", "--refresh"], cancellation: cancellation);
        string[] arguments = ["read-tree", "-m", "-u", from, to];
        var result = await GitCommand.TryAsync(path, arguments, cancellation: cancellation);
        return result.ExitCode == 0 ? null : Classify(path, arguments, result);
    }

    /// <summary>
    /// Takes index and files back from <paramref name="to"/> after the ref could not follow them. Not so when the commit that came between was made from these
    /// very files: then there is nothing left to take back, and doing it would stage the reverse of what was committed.
    /// </summary>
    private static async Task<Failure?> TakeBackAsync(string path, string? tip, string from, string to, CancellationToken cancellation)
    {
        var changes = await IndexRepair.ChangesAsync(path, from, to, cancellation);
        if (tip is not null && tip != from)
        {
            var apart = (await IndexRepair.ChangesAsync(path, tip, to, cancellation)).Select(c => c.Path).ToHashSet(StringComparer.Ordinal);
            if (!changes.Any(c => apart.Contains(c.Path)))
                return null;
        }

        var missed = await IndexRepair.MissedAsync(path, changes, to, cancellation);
        var failure = await PatientlyAsync(() => IndexRepair.StageAsync(path, missed, old: false, cancellation), cancellation)
            ?? await PatientlyAsync(() => FilesAsync(path, to, from, cancellation), cancellation);
        if (failure is null)
            return null;
        await IndexRepair.StageAsync(path, missed, old: true, cancellation);
        return failure with
        {
            Code = "checkout_half_moved",
            Message = $"{path} has files of the landing, and they could not be taken back: {failure.Message}",
            Hint = $"look at it: git -C '{path}' status",
        };
    }

    /// <summary>The branch has moved; a commit that raced with it may have written the index as it was before, or be about to.</summary>
    private static async Task<MoveOutcome> WithIndexAsync(string path, string from, string to, IndexLook look, CancellationToken cancellation)
    {
        var failure = await RepairAsync(path, await look.Missed, cancellation);
        if (failure is null && look.Others.Count > 0)
        {
            await GitAtWork.GoneAsync(look.Others, cancellation);
            failure = await RepairAsync(path, await IndexRepair.MissedBetweenAsync(path, from, to, cancellation), cancellation);
        }

        return failure is not null
            ? new MoveOutcome.Refused(failure with { Code = "checkout_half_moved", Hint = $"the branch has moved, the index has not: git -C '{path}' status" })
            : new MoveOutcome.Moved(path);
    }

    /// <summary>What the index lacks, and who was at work before that was looked at.</summary>
    private sealed record IndexLook(IReadOnlyList<ProcessRow> Others, Task<IReadOnlyList<TwoStates>> Missed)
    {
        public static IndexLook Begin(string path, string from, string to, CancellationToken cancellation)
        {
            var others = GitAtWork.In(path);
            return new IndexLook(others, IndexRepair.MissedBetweenAsync(path, from, to, cancellation));
        }
    }

    private static Task<Failure?> RepairAsync(string path, IReadOnlyList<TwoStates> missed, CancellationToken cancellation) =>
        PatientlyAsync(() => IndexRepair.StageAsync(path, missed, old: false, cancellation), cancellation);

    private static async Task<Failure?> PatientlyAsync(Func<Task<Failure?>> act, CancellationToken cancellation)
    {
        for (var tried = 1; ; tried++)
        {
            var failure = await act();
            if (failure is not { Code: "checkout_busy" } || tried == Tries)
                return failure;
            await Task.Delay(Pause, cancellation);
        }
    }

    // Every landing passes here, so the two looks go side by side.
    private static async Task<MoveOutcome> ConfirmAsync(string path, string branch, string from, string to, CancellationToken cancellation)
    {
        var look = IndexLook.Begin(path, from, to, cancellation);
        var tip = await new RefStore(path).ReadAsync(branch, cancellation);
        if (tip == to)
            return await WithIndexAsync(path, from, to, look, cancellation);
        await look.Missed;
        if (tip == from)
            return new MoveOutcome.Refused(new Failure(
                FailureCategory.Git, "checkout_switched", $"{path} was switched to another branch while it landed; that branch may have been fast-forwarded", $"git -C '{path}' reflog -n 3"));
        return tip is not null && await Checkouts.IsAncestorAsync(path, to, tip, cancellation) ? new MoveOutcome.Moved(path) : new MoveOutcome.MovedByOther(tip);
    }

    /// <summary>The failure of a move that would leave commits behind.</summary>
    internal static Failure NotForward(string branch, string from, string to) =>
        new(FailureCategory.Git, "not_fast_forward", $"{to[..10]} does not build on {from[..10]}, where {branch} stands", "merge and verify again");

    internal static MoveOutcome.Refused? InTheMiddle(string path) =>
        GitFolder.Of(path) is { } folder && Operation.InProgress(folder) is { } what
            ? new MoveOutcome.Refused(new Failure(FailureCategory.Git, "checkout_in_the_middle", $"{path} is in the middle of a {what.Name}", $"finish or abort it: git -C '{path}' {what.Abort}"))
            : null;

    /// <summary>read-tree would overwrite ignored files without a word.</summary>
    internal static async Task<Failure?> InTheWayAsync(
        string path, string from, string to, CancellationToken cancellation, IReadOnlyDictionary<string, string>? environment = null)
    {
        var present = (await ChangesAsync(path, "A", from, to, environment, cancellation)).Where(name => Path.Exists(Path.Combine(path, name))).Take(PathsNamed).ToList();
        return present.Count == 0 ? null : Overlap(path, present);
    }

    /// <summary>Git takes a file that is not there for one that it may write anew. It may be one that the user has removed, and not staged that yet.</summary>
    internal static async Task<Failure?> RemovedAsync(
        string path, string from, string to, CancellationToken cancellation, IReadOnlyDictionary<string, string>? environment = null)
    {
        var missing = (await ChangesAsync(path, "MT", from, to, environment, cancellation)).Where(name => !Path.Exists(Path.Combine(path, name))).ToHashSet(StringComparer.Ordinal);
        if (missing.Count == 0)
            return null;
        // In a sparse checkout files are missing that nobody has removed: git knows which.
        var deleted = await GitCommand.RunAsync(path, ["ls-files", "-z", "--full-name", "--deleted", "--", ":/"], environment: environment, cancellation: cancellation);
        var removed = deleted.Split('\0').Where(missing.Contains).Take(PathsNamed).ToList();
        return removed.Count == 0 ? null : Overlap(path, removed);
    }

    private static async Task<string[]> ChangesAsync(
        string path, string kinds, string from, string to, IReadOnlyDictionary<string, string>? environment, CancellationToken cancellation) =>
        (await GitCommand.RunAsync(path, ["diff-tree", "-r", "-z", "--name-only", "--no-renames", $"--diff-filter={kinds}", from, to], environment: environment, cancellation: cancellation))
            .Split('\0', StringSplitOptions.RemoveEmptyEntries);

    internal static Failure Classify(string path, string[] arguments, CommandResult result)
    {
        if (result.Error.Contains("index.lock': File exists", StringComparison.Ordinal))
            return new Failure(FailureCategory.Git, "checkout_busy", $"another git is at work in {path}", $"if none is, remove {GitFolder.Of(path)}/index.lock");
        if (result.Error.Contains(".lock': File exists", StringComparison.Ordinal))
            return new Failure(FailureCategory.Git, "ref_locked", result.Error.Split('\n')[0], RefStore.Unlock);
        if (OverlapWords.Any(w => result.Error.Contains(w, StringComparison.Ordinal)))
            return Overlap(path, Named(result.Error));
        var failed = GitCommand.Failed(arguments, result);
        return failed with { Code = "checkout_failed", Hint = $"look at it: git -C '{path}' status" };
    }

    // Porcelain lists them behind tabs: "\tsrc/a.txt". Plumbing quotes one: "error: Entry 'a' not uptodate. Cannot merge."
    private static List<string> Named(string error)
    {
        var lines = error.Split('\n');
        var listed = lines.Where(l => l.StartsWith('\t')).Select(l => l[1..]);
        var quoted = lines.Where(l => l.Contains('\'') && l.IndexOf('\'') < l.LastIndexOf('\'')).Select(l => l[(l.IndexOf('\'') + 1)..l.LastIndexOf('\'')]);
        return [.. listed.Concat(quoted).Distinct(StringComparer.Ordinal).Take(PathsNamed)];
    }

    private static Failure Overlap(string path, List<string> names) => new(
        FailureCategory.Conflict,
        "checkout_overlap",
        $"uncommitted changes in {path} are in the way: {string.Join(", ", names.Take(3))}{(names.Count > 3 ? " and more" : "")}",
        "commit, stash or move them there, then land again",
        string.Join('\n', names));
}
