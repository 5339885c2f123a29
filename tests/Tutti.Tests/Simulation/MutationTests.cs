using Tutti.Core.Session;

namespace Tutti.Tests.Simulation;

public sealed class MutationTests
{
    // Every one of them is found within so many worlds, nearly all within a few.
    private const int MostSeeds = 300;

    public static TheoryData<string> Names => [.. Mutants.All.Select(m => m.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_seeded_bug_is_found_by_its_invariant(string name)
    {
        var mutation = Mutants.All.Single(m => m.Name == name);
        var found = new List<string>();
        for (var seed = 1; seed <= MostSeeds; seed++)
        {
            var broken = Broken(seed, mutation);
            if (broken == mutation.Invariant)
                return;
            if (broken is not null)
                found.Add($"seed {seed}: {broken}");
        }

        Assert.Fail($"'{name}' is not found by {mutation.Invariant} within {MostSeeds} seeds\n{string.Join('\n', found.Take(10))}");
    }

    [Fact]
    public void The_same_seeds_are_in_order_where_nothing_is_wrong()
    {
        for (var seed = 1; seed <= 20; seed++)
            Assert.Null(Broken(seed, Mutation.None));
    }

    // The invariant that a world breaks; a defect may also run into something that was never meant for it.
    private static string? Broken(int seed, Mutation mutation)
    {
        try
        {
            Seeds.World(seed, mutation).Run();
            return null;
        }
        catch (InvariantException e)
        {
            return e.Invariant;
        }
        catch (Exception e) when (mutation != Mutation.None)
        {
            // The fold refuses what fits no state, which is no invariant's doing: the next seed.
            return e.Message;
        }
    }
}
