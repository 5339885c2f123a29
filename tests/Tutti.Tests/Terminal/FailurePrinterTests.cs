using Tutti.Core;
using Tutti.Terminal;

namespace Tutti.Tests.Terminal;

public sealed class FailurePrinterTests : IDisposable
{
    private readonly StringWriter _stderr = new();

    public void Dispose() => _stderr.Dispose();

    [Fact]
    public void A_failure_is_a_message_its_detail_and_a_hint()
    {
        var code = FailurePrinter.Print(_stderr, new Failure(FailureCategory.Input, "plan_cycle", "plan.yaml:3: a depends on itself", "take it out", "a\nb"));
        Assert.Equal("tutti: plan.yaml:3: a depends on itself\n  | a\n  | b\n  hint: take it out\n", _stderr.ToString());
        Assert.Equal(ExitCodes.Input, code);
    }

    [Fact]
    public void A_long_detail_shows_its_end()
    {
        FailurePrinter.Print(_stderr, new Failure(FailureCategory.Verify, "x", "m", null, string.Join('\n', Enumerable.Range(1, 100))));
        Assert.Contains("(80 more lines before)\n  | 81\n", _stderr.ToString(), StringComparison.Ordinal);
        Assert.EndsWith("  | 100\n", _stderr.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_defect_shows_its_stack_only_when_asked(bool debug)
    {
        var code = FailurePrinter.Print(_stderr, Thrown(), debug);
        Assert.Equal(ExitCodes.Bug, code);
        Assert.Contains("tutti: a defect of tutti itself: InvalidOperationException: broken", _stderr.ToString(), StringComparison.Ordinal);
        Assert.Equal(debug, _stderr.ToString().Contains(nameof(Thrown), StringComparison.Ordinal));
    }

    [Fact]
    public void A_file_that_cannot_be_used_is_no_defect()
    {
        Assert.Equal(ExitCodes.Environment, FailurePrinter.Print(_stderr, new UnauthorizedAccessException("Access to the path '/x/pool.json' is denied."), debug: false));
        Assert.Equal(ExitCodes.Environment, FailurePrinter.Print(_stderr, new IOException("The file '/x/inbox' already exists."), debug: false));
        Assert.Contains("tutti: a file or folder cannot be used: Access to the path '/x/pool.json' is denied.\n  hint: ", _stderr.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("defect", _stderr.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void An_expected_failure_carries_its_exit_code_and_an_interruption_is_one()
    {
        Assert.Equal(ExitCodes.Environment, FailurePrinter.Print(_stderr, FailureException.Environment("no_git", "there is no git"), debug: false));
        Assert.Equal(ExitCodes.Interrupted, FailurePrinter.Print(_stderr, new OperationCanceledException(), debug: false));
    }

    [Fact]
    public void Nothing_in_a_failure_reaches_the_terminal_raw()
    {
        FailurePrinter.Print(_stderr, new Failure(FailureCategory.Input, "x", "\u001b[2Ja\nb", "\u001b]0;t\ac", "\u001b[31md\re"));
        Assert.Equal("tutti: a b\n  | d\n  | e\n  hint: c\n", _stderr.ToString());
    }

    private static InvalidOperationException Thrown()
    {
        try
        {
            throw new InvalidOperationException("broken");
        }
        catch (InvalidOperationException e)
        {
            return e;
        }
    }
}
