using Tutti.Core;
using Tutti.Core.Plan;
using Tutti.Core.Session;
using Tutti.Tests.Scheduling;

namespace Tutti.Tests.Session;

public sealed class StrictnessTests
{
    // What the heaviest finding is, or that there is none; whether the work is to be corrected in strict, balanced and lenient.
    [Theory]
    [InlineData(Verdict.Approved, Severity.Critical, true, true, true)]
    [InlineData(Verdict.Approved, Severity.Major, true, true, false)]
    [InlineData(Verdict.Approved, Severity.Minor, true, false, false)]
    [InlineData(Verdict.Approved, null, false, false, false)]
    [InlineData(Verdict.CorrectionsNeeded, Severity.Critical, true, true, true)]
    [InlineData(Verdict.CorrectionsNeeded, Severity.Major, true, true, false)]
    [InlineData(Verdict.CorrectionsNeeded, Severity.Minor, true, false, false)]
    [InlineData(Verdict.CorrectionsNeeded, null, true, true, true)]
    [InlineData(Verdict.Rejected, Severity.Minor, true, true, true)]
    [InlineData(Verdict.Rejected, null, true, true, true)]
    public void What_a_reviewer_finds_holds_the_work_up_by_the_strictness_whatever_its_verdict_beside_it(Verdict verdict, Severity? found, bool strict, bool balanced, bool lenient)
    {
        IReadOnlyList<Correction> findings = found is { } severity ? [new Correction(severity, "a", 1, "wrong")] : [];
        var result = new StageResult("n", verdict, "so it is", null, [], findings, []);
        Assert.Equal((strict, balanced, lenient), (IsCorrected(ReviewMode.Strict), IsCorrected(ReviewMode.Balanced), IsCorrected(ReviewMode.Lenient)));

        bool IsCorrected(ReviewMode mode) =>
            new Played(["a"], Played.Settings(Role.Review) with { Review = mode }).End("a").End("a", result: result).State.Tasks["a"].Stage == Stage.Correct;
    }

    [Fact]
    public void One_that_asks_for_corrections_without_a_word_says_so()
    {
        var played = new Played(["a"], Played.Settings(Role.Review)).End("a").End("a", result: new StageResult("n", Verdict.CorrectionsNeeded, "", null, [], [], []));
        Assert.Contains("1 thing to correct: it does not say what", played.Events.OfType<StageDue>().Last().Why);
    }
}
