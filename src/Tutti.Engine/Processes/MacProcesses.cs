using System.Globalization;

namespace Tutti.Engine.Processes;

/// <summary>
/// The process table where there is no <c>/proc</c>: macOS's <c>ps</c>, at a process per question. Environments of programs
/// that the system protects cannot be seen, so a sweep is best effort there.
/// </summary>
internal static class MacProcesses
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);
    private static readonly string[] Columns = ["-o", "pid=,ppid=,pgid=,stat=,lstart="];

    public static string BootId() => Run("sysctl", ["-n", "kern.bootsessionuuid"]).Trim();

    public static IReadOnlyList<ProcessRow> All() => [.. Run("ps", ["-ax", .. Columns]).Split('\n').Select(Parse).OfType<ProcessRow>()];

    public static ProcessRow? Find(int pid) => Parse(Run("ps", [.. Columns, "-p", pid.ToString(CultureInfo.InvariantCulture)]).Trim());

    // -E appends the variables to the command, separated by spaces: a value with a space falls apart, the marks do not.
    public static IEnumerable<string> Environment(int pid) =>
        Run("ps", ["-Eww", "-o", "command=", "-p", pid.ToString(CultureInfo.InvariantCulture)]).Split(' ', StringSplitOptions.RemoveEmptyEntries);

    // "  501     1   501 Ss   Fri Jan  2 03:04:05 2026    ": the start keeps its inner spaces, since the shim has it from the same ps.
    internal static ProcessRow? Parse(string line)
    {
        var fields = line.Split(' ', 5, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (fields.Length < 5 || fields[3].StartsWith('Z'))
            return null;
        return new ProcessRow(Number(fields[0]), Number(fields[1]), Number(fields[2]), fields[4]);
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    private static string Run(string program, string[] arguments)
    {
        var environment = HostEnvironment.Base();
        environment["LC_ALL"] = "C";
        return CommandRunner.RunAsync(new Command(program, arguments, "/") { Environment = environment, Limit = Limit }).GetAwaiter().GetResult().Text;
    }
}
