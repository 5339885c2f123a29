using System.Text.RegularExpressions;

namespace Tutti.Tests.Tidy;

/// <summary>A call that must not be made in a part of the sources, and what to write instead.</summary>
/// <param name="Folder">Where it is banned.</param>
/// <param name="Pattern">A regular expression over the code, without comments; strings are seen only when <paramref name="InStrings"/>.</param>
/// <param name="Instead">The replacement, as an order.</param>
/// <param name="InStrings">True where the pattern is about what a string says.</param>
/// <param name="Except">Files or folders that are the one place where it is allowed.</param>
public sealed record Ban(string Folder, string Pattern, string Instead, bool InStrings = false, params string[] Except)
{
    private readonly Regex _regex = new(Pattern, RegexOptions.CultureInvariant, TimeSpan.FromSeconds(5));

    public IEnumerable<Finding> Check(SourceFile file) =>
        file.Under(Folder) && !file.Under(Except)
            ? file.Find(InStrings ? file.CodeWithStrings : file.Code, _regex, match => $"{match.Value.Trim()}: {Instead}")
            : [];
}

/// <summary>The list of banned calls.</summary>
public static class Bans
{
    private const string Core = "src/Tutti.Core/";
    private const string Engine = "src/Tutti.Engine/";
    private const string Sources = "src/";

    // Start of a name that is not a member of something else: FailureCategory.Environment is fine, Environment.Exit is not.
    private const string Own = @"(?<![\w.])";

    public static readonly IReadOnlyList<Ban> All =
    [
        new(Core, Own + @"DateTime(Offset)?\.(UtcNow|Now|Today)\b", "Core has no clock; take the time of the input"),
        new(Core, Own + @"(TimeProvider|Stopwatch)\b", "Core has no clock; take the time of the input"),
        new(Core, Own + @"Guid\.(NewGuid|CreateVersion7)\b", "Core has no chance; let the input carry the id"),
        new(Core, Own + @"Random(NumberGenerator)?\b(?=\.|\(|\?|\s+\w+\s*[;,)=])", "Core has no chance; let the input carry a seed or the value"),
        new(Core, Own + @"(File|Directory|FileInfo|DirectoryInfo|FileStream|StreamReader|StreamWriter)(\.|\()", "Core touches no files; ask for an effect"),
        new(Core, Own + @"Path\.(GetFullPath|GetTempPath|GetTempFileName|Exists)\b", "Core touches no files; take the path from the input"),
        new(Core, Own + @"(Process\.\w+|new Process\b|ProcessStartInfo\b|System\.Diagnostics\.Process\b)", "Core starts nothing; ask for an effect"),
        new(Core, Own + @"(Thread|ThreadPool|Timer|Interlocked|SemaphoreSlim|CancellationToken)\b", "Core has no threads; the conductor is the single writer"),
        new(Core, Own + @"(async|await|volatile)\b", "Core waits for nothing; ask for an effect"),
        new(Core, Own + @"Task\.(Run|Delay|WhenAll|Factory)\b", "Core waits for nothing; ask for an effect"),
        new(Core, Own + @"lock\s*\(", "Core has no threads; the conductor is the single writer"),
        new(Core, Own + @"Environment\.\w", "Core knows no machine; take it from the input (a line ends with \\n)"),
        new(Core, Own + @"(HttpClient|Socket|Dns)\b", "Core calls nobody; ask for an effect"),
        new(Core, Own + @"Console\.", "Core prints nothing; return a value"),
        new(Engine, Own + @"(Console|AnsiConsole)\.", "the engine never prints; return a value or record an event"),
        new(Engine, Own + @"(Process\.Start|new Process\b|ProcessStartInfo\b)", "start programs through Processes/", Except: [Engine + "Processes/"]),
        new(Engine, @"\.Kill\(", "end attempts through Processes/, which takes the whole tree", Except: [Engine + "Processes/"]),
        new(Sources + "Tutti/", Own + @"(new Process\b|ProcessStartInfo\b|Process\.Start\b)", "start programs through Tutti.Engine.Processes"),
        new(Sources, @"\b(Command|ProcessStartInfo|Start)\(\s*""git""", "run git through GitCommand, which scrubs and guards", true, Engine + "Git/GitCommand.cs"),
        new(Sources, @"""worktree"",\s*""prune""", "never a blanket prune; remove the one worktree that is meant (DESIGN, Git)", true),
        new(Sources, @"--prune=now", "never gc with --prune=now while agents commit (P22)", true),
        // The exception stages into an index of its own, for a commit that only keeps what a reset would lose.
        new(Sources, @"""add"",\s*""(-A|--all|\.)""", "stage path by path (P5)", true, Engine + "Git/Pool/SlotRescue.cs"),
        // The exception waits, with a limit, for another program's lock folder, which gives no signal.
        new(Sources, Own + @"Thread\.Sleep\b", "wait for a signal with a limit, or TimeProvider", Except: [Engine + "Sources/FolderLock.cs"]),
        new(Sources, Own + @"DateTime(Offset)?\.(Now|Today)\b", "local time is for screens; take UTC from TimeProvider"),
        new(Sources, Own + @"Environment\.(Exit|FailFast)\b", "return an exit code, so that locks and files are closed", Except: [Sources + "Tutti/Program.cs"]),
        new(Sources, @"\bDirectory\.SetCurrentDirectory\b|\bEnvironment\.CurrentDirectory\s*=(?!=)", "the folder is shared by all threads; pass it"),
        new(Sources, @"\basync\s+void\b", "return a Task; an exception here ends the program"),
        new(Sources, @"\bGC\.Collect\b", "leave memory to the runtime"),
        new(Sources, @"\bnew\s+NotImplemented" + "Exception", "write it, or leave it out"),
        new(Sources, @"\b(class|record|struct|interface|enum)\s+\w*(Manager|Helper|Helpers|Util|Utils|Utility|Service)\b", "find the concept's name (STYLE 2)"),
    ];
}
