using Tutti.Core;
using Tutti.Engine.Git.Landing;

namespace Tutti.Engine.Git.Work;

/// <summary>Makes the leased branch hold what HEAD holds, when an agent detached HEAD or made a branch of its own.</summary>
internal static class LeasedBranch
{
    /// <summary>HEAD's commit, with the leased branch checked out at it.</summary>
    /// <exception cref="FailureException"><c>wrong_branch</c> or <c>base_lost</c>: bringing the branch along would hide or lose commits.</exception>
    public static async Task<string> BringToHeadAsync(CollectRequest request, CheckoutStatus status, List<string> notes, CancellationToken cancellation)
    {
        var name = FullName(request.Branch);
        var onLease = status.Branch is { } branch && FullName(branch) == name;
        if (status.Head is not { } head)
            throw onLease
                ? Failed("wrong_branch", $"{request.Branch} has no commit in {request.Slot}: somebody has deleted it", $"see what was there: git -C '{request.Slot}' reflog")
                : Wrong(request, status, "which has no commit");
        if (head != request.Base && !await Checkouts.IsAncestorAsync(request.Slot, request.Base, head, cancellation))
            throw onLease
                ? Failed("base_lost", $"{name} no longer holds {request.Base}, the commit it started from", $"see what was done there: git -C '{request.Slot}' reflog")
                : Wrong(request, status, $"that does not hold {request.Base}, the commit the task started from");
        if (onLease)
            return head;

        var refs = new RefStore(request.Slot);
        var tip = await refs.ReadAsync(name, cancellation);
        if (tip is not null && tip != head && !await Checkouts.IsAncestorAsync(request.Slot, tip, head, cancellation))
            throw Wrong(request, status, $"and {name} holds commits that are not there");
        var move = tip is null ? RefChange.Create(name, head) : RefChange.Update(name, tip, head);
        if (tip != head && await refs.ApplyAsync([move], "tutti: collect", cancellation) is { } failure)
            throw new FailureException(failure);
        await GitCommand.RunAsync(request.Slot, ["symbolic-ref", "-m", "tutti: collect", "HEAD", name], cancellation: cancellation);
        notes.Add($"the work was on {Where(status)}; {name} was brought there");
        return head;
    }

    private static string FullName(string branch) => branch.StartsWith("refs/", StringComparison.Ordinal) ? branch : "refs/heads/" + branch;

    private static string Where(CheckoutStatus status) => status.Branch is { } branch ? $"branch {branch}" : "a detached HEAD";

    private static FailureException Wrong(CollectRequest request, CheckoutStatus status, string why) =>
        Failed("wrong_branch", $"{request.Slot} is on {Where(status)} instead of {request.Branch}, {why}", $"look at it: git -C '{request.Slot}' log --oneline --all -n 20");

    private static FailureException Failed(string code, string message, string hint) => new(new Failure(FailureCategory.Agent, code, message, hint));
}
