using Tutti.Core;

namespace Tutti.Engine.Git.Pool;

/// <summary>Adds and removes the worktrees of slots. Every method takes the proof of the pool's lock, because parallel adds fail and parallel clean-ups destroy (PITFALLS P3, P21).</summary>
internal static class SlotMaker
{
    private const int MaxTries = 5;
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(20);

    /// <summary>
    /// Adds a slot without files, which takes some 8 ms whatever the size of the repository; files come later, outside the lock.
    /// </summary>
    /// <param name="hold">Proof of the pool's lock.</param>
    /// <param name="repository">The repository.</param>
    /// <param name="slot">Name and root; nothing may exist at its path.</param>
    /// <param name="commit">Where its HEAD is to be, detached, so that no branch is half made when this fails.</param>
    /// <param name="cancellation">Kills git; what is half made is undone by the next who holds the lock.</param>
    /// <returns>The slot, idle and fresh; not saved yet.</returns>
    public static async Task<SlotRecord> AddAsync(PoolHold hold, Repository repository, SlotRecord slot, string commit, CancellationToken cancellation)
    {
        var making = hold.Save(slot with { State = SlotState.Making, Fresh = true });
        PoolRoot.Make(hold, repository, slot.Root);
        string[] add =
        [
            "worktree", "add", "-q", "--no-checkout", "--detach", "--lock", "--reason", Registrations.ReasonFor(slot.Name),
            GitCommand.EndOfOptions, slot.Path, commit,
        ];
        for (var tries = 1; ; tries++)
        {
            var result = await GitCommand.TryAsync(repository.CommonDirectory, add, cancellation: cancellation);
            if (result.ExitCode == 0)
                return Made(repository, making);
            Undo(hold, repository, making);
            var known = await GitCommand.TryAsync(repository.CommonDirectory, ["cat-file", "-e", commit + "^{commit}"], cancellation: cancellation);
            if (tries == MaxTries || known.ExitCode != 0)
            {
                hold.Forget(slot.Name);
                throw new FailureException(known.ExitCode == 0 ? GitCommand.Failed(add, result) : BranchCheckout.Unknown(commit));
            }

            hold.Save(making);
            await Task.Delay(FirstPause * (tries + Random.Shared.NextDouble()), cancellation);
        }
    }

    /// <summary>Clears away what a crash left of an add. The lock is held while one goes on, so whoever holds it sees only dead ones.</summary>
    public static void UndoHalfMade(PoolHold hold, Repository repository)
    {
        foreach (var slot in hold.Record.Slots.Where(s => s.State == SlotState.Making).ToList())
        {
            Undo(hold, repository, slot);
            Trash.EmptyInBackground(slot.Root);
            if (slot.Lease?.Again is not null)
                hold.Save(slot with { State = SlotState.Leased });
            else
                hold.Forget(slot.Name);
        }
    }

    /// <summary>Removes a slot that was judged safe: folder to the trash, then its own registration, then its record.</summary>
    public static void Remove(PoolHold hold, Repository repository, SlotRecord slot)
    {
        if (Directory.Exists(slot.Path))
            Trash.Take(hold, slot);
        Registrations.Drop(hold, repository.CommonDirectory, slot.Path);
        hold.Forget(slot.Name);
    }

    private static SlotRecord Made(Repository repository, SlotRecord making)
    {
        var made = making with { State = SlotState.Idle, GitFile = File.ReadAllText(Path.Combine(making.Path, ".git")) };
        made = made with { Config = Registrations.FolderOf(made) is { } folder ? Registrations.ConfigHash(folder) : null };
        return Registrations.Problem(repository.CommonDirectory, made) is { } problem
            ? throw new FailureException(new Failure(FailureCategory.Git, "worktree_not_made", $"git made {made.Path}, but {problem.Why}", "'tutti pool health' shows it; where nobody else moves worktrees, 'tutti resume' makes another"))
            : made;
    }

    // The path did not exist when the intent was recorded, so what is there now came from the add.
    private static void Undo(PoolHold hold, Repository repository, SlotRecord slot)
    {
        if (Directory.Exists(slot.Path))
            Trash.Take(hold, slot);
        Registrations.Drop(hold, repository.CommonDirectory, slot.Path);
    }
}
