namespace Tutti.Tests.Simulation;

/// <summary>Motley worlds, and in the repository of each a second session that goes on from a position of the first one's journal.</summary>
public sealed class RestoredTests
{
    [Fact]
    public void What_is_restored_from_any_position_ends_without_breaking_an_invariant() => Endings.EachIsGood(
        seed =>
        {
            var first = Seeds.Motley(seed);
            first.Run();
            return first.Restored(new Random(seed).NextInt64(1, first.Journal.Count + 1));
        },
        Endings.Count / 5);
}
