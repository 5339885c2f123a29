namespace Tutti.Tests.Simulation;

/// <summary>Worlds with more in them (<see cref="Seeds.Motley"/>): fewer, in the same time.</summary>
public sealed class MotleyTests
{
    [Fact]
    public void Every_motley_seed_ends_without_breaking_an_invariant() => Endings.EachIsGood(Seeds.Motley, Endings.Count / 5);
}
