namespace Tutti.Core.Session;

/// <summary>An agent's own judgement of a stage (SPEC 6).</summary>
public enum Verdict
{
    Done,
    Blocked,
    Approved,
    CorrectionsNeeded,
    Rejected,
    QaBlocked,
}

/// <summary>How much a finding weighs, lightest first.</summary>
public enum Severity
{
    Minor,
    Major,
    Critical,
}

/// <summary>One thing a reviewer wants changed.</summary>
/// <param name="File">Path relative to the repository's root, when it concerns one.</param>
/// <param name="Line">1-based line, when known.</param>
public sealed record Correction(Severity Severity, string? File, int? Line, string Message);

/// <summary>A choice an agent made that others should know of.</summary>
public sealed record AgentDecision(string Topic, string Choice, string? Why);

/// <summary>The result of a stage as data, from <c>TUTTI_RESULT</c> or an agent's structured output (SPEC 6).</summary>
/// <param name="Nonce">Proves that the result belongs to the attempt; checked by the reader.</param>
/// <param name="Confidence">0 to 100, when said.</param>
public sealed record StageResult(
    string Nonce,
    Verdict Verdict,
    string Summary,
    int? Confidence,
    IReadOnlyList<string> Files,
    IReadOnlyList<Correction> Corrections,
    IReadOnlyList<AgentDecision> Decisions);
