using Tutti.Core;
using Tutti.Engine.Config;
using Tutti.Engine.Git;
using Tutti.Engine.Git.Landing;
using Tutti.Engine.Git.Pool;
using Tutti.Engine.Journal;

namespace Tutti.Commands;

/// <summary>The pool of the repository one is in, opened for a command.</summary>
internal sealed record Pools(Workplace Place, Settings Settings, SlotPool Pool)
{
    /// <summary>Most slots a person may ask for; the ports of more would leave their range.</summary>
    public const int MostSlots = 600;

    /// <summary>The pool of the current folder's repository, as the configuration has it.</summary>
    /// <exception cref="FailureException"><c>not_a_repository</c>, or what is wrong with the configuration.</exception>
    public static Pools Here(int spare = 0)
    {
        var place = Workplace.Here();
        return Of(place, SettingsLoader.Load(place.Sources(s => s)).Settings, spare);
    }

    /// <summary>The pool of a place, which may have so many slots more than the configuration says: Tutti's own needs are no fault of the user's.</summary>
    public static Pools Of(Workplace place, Settings settings, int spare = 0)
    {
        var options = new PoolOptions(settings.Worktrees, settings.Worktrees.Pool + spare) { SessionIsLive = id => HoldsSlots(place.Repository, id) };
        return new Pools(place, settings, SlotPool.Open(place.Repository, options));
    }

    /// <summary>Leases by hand.</summary>
    public ManualSlots Manual => new(Place.Repository, Pool, Settings);

    /// <summary>Where merges are made.</summary>
    public Task<ControlRepository> ControlAsync(CancellationToken cancellation) =>
        ControlRepository.OpenAsync(Place.Repository.CommonDirectory, Place.Repository.StateDirectory, Place.Repository.Folder, cancellation: cancellation);

    /// <summary>The branch that is meant: the one named, else the current one.</summary>
    /// <exception cref="FailureException"><c>target_unknown</c>: HEAD is detached.</exception>
    public async Task<string> TargetAsync(string? named, CancellationToken cancellation)
    {
        if (named is not null)
            return named;
        var head = await GitCommand.TryAsync(Place.Repository.Folder, ["symbolic-ref", "-q", "--short", "HEAD"], cancellation: cancellation);
        return head.ExitCode == 0
            ? head.Text
            : throw FailureException.Input("target_unknown", "HEAD is detached, so there is no current branch to merge into", "name one: tutti pool merge BRANCH");
    }

    /// <summary>True while a session's leases count: somebody conducts it, or it can be resumed and then goes on in its slots (P1, P19).</summary>
    private static bool HoldsSlots(Repository repository, string id)
    {
        if (SessionFolder.All(repository.StateDirectory).FirstOrDefault(s => s.Id == id) is not { } folder)
            return false;
        try
        {
            var (state, conductor, _, _) = JournalReading.Of(folder.Journal);
            return Workplace.IsConducted(conductor) || (state is not null && state.Tasks.Values.Any(t => t.Slot is not null));
        }
        catch (FailureException e) when (e.Failure.Code == FailureCode.JournalDamaged)
        {
            // Nobody knows: its slots stay as they are until the journal is mended or the session given up (tutti clean all SESSION --force).
            return true;
        }
    }
}
