namespace Tutti.Tests.Simulation;

/// <summary>How unkind a simulated world is: each is a chance from 0 to 1, of an effect, or of a step where it comes from outside.</summary>
/// <param name="AgentFails">An agent ends with an error.</param>
/// <param name="NothingDone">A writer ends well, and says it is done, without having changed anything.</param>
/// <param name="VerifyFails">A test is red.</param>
/// <param name="Rejects">A reviewer wants corrections.</param>
/// <param name="Conflicts">A merge conflicts.</param>
/// <param name="TargetMoves">Somebody else has moved the target.</param>
/// <param name="TargetRefuses">The target cannot be moved.</param>
/// <param name="LeaseFails">There is no slot.</param>
/// <param name="Crashes">The conductor dies between two effects.</param>
/// <param name="Meddles">A person does something.</param>
/// <param name="AgentNamed">An agent's failure has a name, quotas among them.</param>
/// <param name="Tells">A live agent tells of itself.</param>
/// <param name="Forecasts">A forecast has been made.</param>
/// <param name="Hangs">An attempt never ends by itself: its limit ends it.</param>
/// <param name="Floods">An agent tells of itself without a pause.</param>
/// <param name="Lies">A reviewer's result does not carry the attempt's nonce.</param>
/// <param name="Breaks">An effect throws, before or after it was done.</param>
/// <param name="PrepareFails">A slot cannot be made ready.</param>
/// <param name="Slow">An effect takes a hundred times as long.</param>
/// <param name="DiskFills">The disk is full for a while: effects break and the journal cannot be written.</param>
/// <param name="Tears">The conductor dies in the middle of a write of the journal.</param>
/// <param name="Asks">Work that a person must look at before it lands.</param>
/// <param name="Falls">The conductor does not die alone: the whole machine does, with every attempt.</param>
/// <param name="Odd">A result with another verdict than agents mostly give, or findings that do not count everywhere.</param>
/// <param name="TellsLate">An agent tells what it has used only when it ends.</param>
/// <param name="Mends">Before a session is taken up again, a person has committed on the branch of a task that needs attention.</param>
/// <param name="Untold">A hook fails, or the task list cannot be written.</param>
/// <param name="Rearranges">A person who edits the settings changes who does what, and how it lands.</param>
public sealed record Weather(
    double AgentFails = 0.1,
    double NothingDone = 0.05,
    double VerifyFails = 0.1,
    double Rejects = 0.2,
    double Conflicts = 0.1,
    double TargetMoves = 0.1,
    double TargetRefuses = 0.03,
    double LeaseFails = 0.05,
    double Crashes = 0.03,
    double Meddles = 0.04,
    double AgentNamed = 0.15,
    double Tells = 0.15,
    double Forecasts = 0.1,
    double Hangs = 0.03,
    double Floods = 0.01,
    double Lies = 0.05,
    double Breaks = 0.005,
    double PrepareFails = 0.03,
    double Slow = 0.05,
    double DiskFills = 0.003,
    double Tears = 0.02,
    double Asks = 0.01,
    double Falls = 0.2,
    double Odd = 0,
    double TellsLate = 0,
    double Mends = 0,
    double Untold = 0,
    double Rearranges = 0)
{
    /// <summary>Nothing goes wrong.</summary>
    public static Weather Kind { get; } = new(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
}
