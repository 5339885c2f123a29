using Tutti.Core.Session;
using Tutti.Engine.Agents;

namespace Tutti.Tests.Agents;

public sealed class SignalWordsTests
{
    [Theory]
    [InlineData("READY_FOR_QA", Verdict.Done)]
    [InlineData("all well\nTASK_DONE\n", Verdict.Done)]
    [InlineData("TASK_DONE: 8", Verdict.Done)]
    [InlineData("so <promise>TASK_DONE: 8</promise> it is", Verdict.Done)]
    [InlineData("<promise> TASK_APPROVED </promise>", Verdict.Approved)]
    [InlineData("**TASK_APPROVED**", Verdict.Approved)]
    [InlineData("__TASK_APPROVED__", Verdict.Approved)]
    [InlineData("- `TASK_REJECTED`: tests fail\r\n", Verdict.Rejected)]
    [InlineData("> QA_BLOCKED no database", Verdict.QaBlocked)]
    [InlineData("TASK_APPROVED\nno, wait\nTASK_REJECTED", Verdict.Rejected)]
    public void A_word_at_the_start_of_a_line_or_in_a_promise_counts_and_the_last_one_wins(string text, Verdict verdict)
    {
        Assert.Equal(verdict, SignalWords.Find(text));
    }

    [Theory]
    [InlineData("")]
    [InlineData("signal READY_FOR_QA, not TASK_DONE")]
    [InlineData("NOT TASK_DONE")]
    [InlineData("TASK_DONENESS")]
    [InlineData("TASK_DONE_LATER")]
    [InlineData("task_done")]
    public void A_word_that_is_talked_about_does_not_count(string text)
    {
        Assert.Null(SignalWords.Find(text));
    }
}
