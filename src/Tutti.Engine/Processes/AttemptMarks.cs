using System.Globalization;

namespace Tutti.Engine.Processes;

/// <summary>
/// The variables by which every process of an attempt is known (SPEC 6). Agents' shells, and what those start, inherit
/// them even across <c>setsid</c>, so a sweep of environments finds what a group kill misses.
/// </summary>
public static class AttemptMarks
{
    public const string Session = "TUTTI_SESSION";
    public const string Task = "TUTTI_TASK";
    public const string Stage = "TUTTI_STAGE";
    public const string Attempt = "TUTTI_ATTEMPT";
    public const string Prompt = "TUTTI_PROMPT";
    public const string Result = "TUTTI_RESULT";

    /// <summary>Unique per attempt; the others repeat between repositories.</summary>
    public const string Nonce = "TUTTI_NONCE";

    /// <summary>Adds the marks of one attempt to an environment, over whatever stood there.</summary>
    /// <param name="environment">Changed in place.</param>
    /// <param name="folder">Gives the paths of prompt and result.</param>
    /// <param name="session">Session id.</param>
    /// <param name="task">Task id, as the plan has it.</param>
    /// <param name="stage">Stage word.</param>
    /// <param name="number">Number of the attempt.</param>
    /// <param name="nonce">Letters, digits, <c>-</c> and <c>_</c> only; unique.</param>
    public static void Put(
        IDictionary<string, string> environment, AttemptFolder folder, string session, string task, string stage, int number, string nonce)
    {
        environment[Session] = session;
        environment[Task] = task;
        environment[Stage] = stage;
        environment[Attempt] = number.ToString(CultureInfo.InvariantCulture);
        environment[Prompt] = folder.Prompt;
        environment[Result] = folder.Result;
        environment[Nonce] = nonce;
    }

    /// <summary>True for a nonce that can stand in a shell, JSON and an environment as it is.</summary>
    public static bool IsNonce(string text) =>
        text.Length is >= 8 and <= 128 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');
}
