using Tutti.Core;
using Tutti.Engine.Host;
using Tutti.Engine.Journal;

namespace Tutti.Terminal;

/// <summary>The one place that turns what went wrong into lines on standard error and an exit code (SPEC 2).</summary>
public static class FailurePrinter
{
    /// <summary>Most lines of a failure's detail that are printed; the whole is in the session's folder.</summary>
    private const int MostDetail = 20;

    /// <summary>Prints what happened and what to do next.</summary>
    /// <returns>The exit code of the command.</returns>
    public static int Print(TextWriter stderr, Failure failure)
    {
        failure = failure with { Message = Secrets.OfProcess.Mask(failure.Message), Detail = failure.Detail is { } said ? Secrets.OfProcess.Mask(said) : null };
        stderr.WriteLine($"tutti: {Printable.Line(failure.Message)}");
        var detail = Printable.Lines(failure.Detail ?? "").SkipWhile(line => line.Length == 0).ToList();
        if (detail.Count > MostDetail)
            stderr.WriteLine($"  | ({detail.Count - MostDetail} more lines before)");
        foreach (var line in detail.TakeLast(MostDetail).Where(line => line.Length > 0))
            stderr.WriteLine($"  | {line}");
        if (failure.Hint is { } hint)
            stderr.WriteLine($"  hint: {Printable.Line(hint)}");
        return ExitCodes.Of(failure);
    }

    /// <summary>Prints an exception: an expected failure as such, anything else as a defect of Tutti.</summary>
    /// <param name="stderr">Where the story is told.</param>
    /// <param name="exception">What was thrown.</param>
    /// <param name="debug">Print the stack too.</param>
    /// <returns>The exit code of the command.</returns>
    public static int Print(TextWriter stderr, Exception exception, bool debug)
    {
        var code = exception switch
        {
            FailureException known => Print(stderr, known.Failure),
            OperationCanceledException => Interrupted(stderr),
            _ when DiskTrouble.Of(exception) is { } trouble => Print(stderr, trouble),
            _ when FileTrouble.Of(exception) is { } trouble => Print(stderr, trouble),
            _ => Print(stderr, Defect(exception)),
        };
        if (debug)
            stderr.WriteLine(exception);
        return code;
    }

    private static int Interrupted(TextWriter stderr)
    {
        stderr.WriteLine("tutti: interrupted");
        return ExitCodes.Interrupted;
    }

    private static Failure Defect(Exception exception) => new(
        FailureCategory.Internal,
        "bug",
        $"a defect of tutti itself: {exception.GetType().Name}: {exception.Message}",
        "run it again with --debug and report what it prints; nothing of your work is lost ('tutti resume')");
}
