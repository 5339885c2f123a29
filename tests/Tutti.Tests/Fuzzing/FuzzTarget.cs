using Tutti.Core;

namespace Tutti.Tests.Fuzzing;

/// <summary>A reader of something from outside.</summary>
/// <param name="Name">What it reads.</param>
/// <param name="Samples">Inputs that it can read.</param>
/// <param name="Read">Reads an input; a <see cref="FailureException"/> is an answer, and anything else thrown is a defect.</param>
public sealed record FuzzTarget(string Name, IReadOnlyList<byte[]> Samples, Action<byte[]> Read)
{
    /// <summary>What each failure's message has to hold: the name of what was read, and where it has lines the line.</summary>
    public string? Place { get; init; }

    /// <summary>Codes of failures that concern no line: of the whole, or of something that is not there.</summary>
    public IReadOnlyList<string> WithoutLine { get; init; } = [];

    /// <summary>Bytes that may be allocated for each byte of input, beside a megabyte.</summary>
    public int BytesPerByte { get; init; } = 400;

    /// <summary>How often it is tried, compared with others.</summary>
    public double Weight { get; init; } = 1;

    public override string ToString() => Name;

    /// <summary>Reads one input, and tells what was wrong with how that went; null where nothing was.</summary>
    public string? Try(byte[] input)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            Read(input);
        }
        catch (FailureException e)
        {
            if (Misplaced(e.Failure) is { } problem)
                return problem;
        }
        catch (Exception e)
        {
            return $"threw {e}";
        }

        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        var most = 1_000_000 + ((long)BytesPerByte * input.Length);
        return allocated <= most ? null : $"allocated {allocated:N0} bytes for an input of {input.Length:N0}";
    }

    private string? Misplaced(Failure failure)
    {
        if (failure.Message.Length == 0 || failure.Message.Any(char.IsControl))
            return $"{failure.Code}: a message that is no line: {failure.Message}";
        if (failure.Message.Length > 2_000)
            return $"{failure.Code}: a message of {failure.Message.Length} characters";
        if (Place is null)
            return null;
        if (!failure.Message.Contains(Place, StringComparison.Ordinal))
            return $"{failure.Code} does not name {Place}: {failure.Message}";
        return failure.Message.Contains("line ", StringComparison.Ordinal) || WithoutLine.Contains(failure.Code)
            ? null
            : $"{failure.Code} does not name a line: {failure.Message}";
    }
}
