using Tutti.Core;
using Tutti.Engine.Git.Landing;

namespace Tutti.Engine.Git.Pool;

/// <summary>
/// Puts a slot on its task's branch. Names and commits come checked (<see cref="RefName"/>, hexadecimal), so that none can be
/// taken for an option; <c>git checkout</c> of 2.39 takes <c>--end-of-options</c> for a path.
/// </summary>
internal static class BranchCheckout
{
    // Below refs/worktree/ each worktree has names of its own, which no other sees.
    private const string OwnName = "refs/worktree/tutti";

    /// <summary>Creates the branch at a commit and checks it out, or takes the existing one where nothing of it is lost.</summary>
    /// <param name="slot">A slot whose tree has been found clean, or a fresh one.</param>
    /// <param name="head">The commit that tree is at; null for a fresh slot.</param>
    /// <param name="lease">Branch and commit. One that is made again is at its branch's own head if that is further on.</param>
    /// <param name="cancellation">Kills git.</param>
    /// <exception cref="FailureException"><c>branch_exists</c>, <c>branch_in_use</c>, <c>commit_unknown</c>, or git's own words.</exception>
    public static async Task ToAsync(SlotRecord slot, string? head, LeaseRecord lease, CancellationToken cancellation)
    {
        lease = lease with { Base = lease.Again ?? lease.Base };
        if (head == lease.Base && await CreateHereAsync(slot, lease, cancellation))
            return;
        string[] create = [.. Checkout(slot), "--no-track", "-b", lease.Branch, lease.Base];
        var result = await GitCommand.TryAsync(slot.Path, create, cancellation: cancellation);
        if (result.ExitCode == 0)
            return;
        if (await HeadOfAsync(slot, $"refs/heads/{lease.Branch}", cancellation) is { } at)
            await TakeExistingAsync(slot, lease, at, cancellation);
        else if (await HeadOfAsync(slot, lease.Base + "^{commit}", cancellation) is null)
            throw new FailureException(Unknown(lease.Base));
        else
            throw new FailureException(GitCommand.Failed(create, result));
    }

    /// <summary>
    /// Creates the branch at a commit and checks it out, taking along what differs from the commit before, as git does.
    /// </summary>
    /// <returns>
    /// The paths taken along, which is what git prints: <c>M\tpath</c>, a letter and a tab before each; null when git refused, and HEAD is detached
    /// as before.
    /// </returns>
    public static async Task<IReadOnlyList<string>?> TryCreateAsync(SlotRecord slot, LeaseRecord lease, CancellationToken cancellation)
    {
        // From a detached HEAD git walks every ref of the repository, to warn of commits that nothing else holds: 250 ms at 6,000 refs.
        // It is silent about those only where it is silent about what it took along too; from a HEAD with any name it does not look.
        await GitCommand.RunAsync(slot.Path, ["update-ref", OwnName, "HEAD"], cancellation: cancellation);
        await GitCommand.RunAsync(slot.Path, ["symbolic-ref", "-m", "tutti: lease", "HEAD", OwnName], cancellation: cancellation);
        var result = await GitCommand.TryAsync(
            slot.Path, ["checkout", "--no-recurse-submodules", "--no-track", "-b", lease.Branch, lease.Base], cancellation: cancellation);
        if (result.ExitCode == 0)
            return [.. result.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(l => l.Length > 2 && l[1] == '\t').Select(l => l[2..])];
        await DetachAsync(slot, OwnName, cancellation);
        return null;
    }

    /// <summary>The failure for a commit the repository does not have.</summary>
    public static Failure Unknown(string commit) => new(FailureCategory.Git, "commit_unknown", $"there is no commit {commit} in this repository", "check the name; in a shallow clone, fetch it first");

    /// <summary>Leaves the branch, which may then be checked out elsewhere or deleted; the files stay as they are.</summary>
    public static Task DetachAsync(SlotRecord slot, string head, CancellationToken cancellation) =>
        GitCommand.RunAsync(slot.Path, ["update-ref", "-m", "tutti: release", "--no-deref", "HEAD", head], cancellation: cancellation);

    // The tree already is the commit's, so two refs are all there is to write (5 ms, where a checkout looks at every file: 90 ms at
    // 50,000). The empty old value makes git refuse when the branch exists.
    private static async Task<bool> CreateHereAsync(SlotRecord slot, LeaseRecord lease, CancellationToken cancellation)
    {
        var name = $"refs/heads/{lease.Branch}";
        var created = await GitCommand.TryAsync(slot.Path, ["update-ref", "-m", "tutti: lease", name, lease.Base, ""], cancellation: cancellation);
        if (created.ExitCode != 0)
            return false;
        await GitCommand.RunAsync(slot.Path, ["symbolic-ref", "-m", "tutti: lease", "HEAD", name], cancellation: cancellation);
        return true;
    }

    private static async Task TakeExistingAsync(SlotRecord slot, LeaseRecord lease, string at, CancellationToken cancellation)
    {
        var name = $"refs/heads/{lease.Branch}";
        var checkouts = await Checkouts.ListAsync(slot.Path, cancellation);
        if (checkouts.FirstOrDefault(c => c.Branch == name && RealPath.Of(c.Path) != slot.Path)?.Path is { } place)
        {
            throw new FailureException(new Failure(
                FailureCategory.Git, FailureCode.BranchInUse, $"branch '{lease.Branch}' is checked out in {place}", "let that worktree go to another branch, or choose another --branch pattern"));
        }

        var forward = await Checkouts.IsAncestorAsync(slot.Path, at, lease.Base, cancellation);
        if (!forward && lease.Again is null)
        {
            throw new FailureException(new Failure(
                FailureCategory.Git,
                FailureCode.BranchExists,
                $"branch '{lease.Branch}' exists at {at[..10]} and has commits that {lease.Base[..10]} has not",
                "choose another --branch pattern, or delete the branch if it is not needed"));
        }

        if (forward && at != lease.Base)
            await GitCommand.RunAsync(slot.Path, ["update-ref", "-m", "tutti: lease", name, lease.Base, at], cancellation: cancellation);
        await GitCommand.RunAsync(slot.Path, [.. Checkout(slot), lease.Branch, "--"], cancellation: cancellation);
    }

    // Only in a slot in which nobody has worked yet may files be overwritten.
    private static string[] Checkout(SlotRecord slot) =>
        ["checkout", "-q", "--no-recurse-submodules", .. slot.Fresh ? (string[])["-f"] : []];

    private static async Task<string?> HeadOfAsync(SlotRecord slot, string name, CancellationToken cancellation)
    {
        var result = await GitCommand.TryAsync(
            slot.Path, ["rev-parse", "--verify", "-q", GitCommand.EndOfOptions, name], cancellation: cancellation);
        return result.ExitCode == 0 ? result.Text : null;
    }
}
