using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using Tutti.Engine.Processes;

namespace FakeAgent;

/// <summary>
/// The steps of a script. Paths are relative to the working folder (the slot), or absolute to reach where an agent should not.
/// <code>
/// print TEXT            a line on stdout               error TEXT         a line on stderr
/// lines N [TEXT]        N numbered lines               flood BYTES        that many bytes, in lines of 100
/// longline BYTES        one line of that length        binary BYTES       every byte value, invalid UTF-8
/// write PATH TEXT       makes or replaces a file       append PATH TEXT   adds a line
/// delete PATH                                          commit MESSAGE     git add -A and commit
/// sleep MS              wait PATH  until it appears    hang               for ever
/// result VERDICT [SUMMARY]  to $TUTTI_RESULT, with the nonce
/// raw-result TEXT       to $TUTTI_RESULT, as it is     env PATH           its environment, to a file
/// ignore SIGNAL…        INT, TERM, HUP                 signal N           to itself
/// child N               a child with its stdout, N seconds
/// orphan N              a grandchild in a session of its own, with its stdout, reparented, N seconds
/// conduct FOLDER FILE   starts the script FILE as the attempt in FOLDER, as a conductor would, then hangs
/// lie                   says all is done, does nothing exit CODE
/// acp WORD…             speaks the Agent Client Protocol, see AcpSteps.cs
/// </code>
/// </summary>
internal static partial class Steps
{
    private static readonly TimeSpan WaitLimit = TimeSpan.FromMinutes(2);
    private static readonly List<PosixSignalRegistration> Ignored = [];

    public static void Run(string line)
    {
        var (step, rest) = Split(line);
        switch (step)
        {
            case "print": Console.Out.WriteLine(rest); break;
            case "error": Console.Error.WriteLine(rest); break;
            case "lines": Lines(rest); break;
            case "flood": Flood(Number(rest), (byte)'\n'); break;
            case "longline": Flood(Number(rest), (byte)'x'); break;
            case "binary": Binary(Number(rest)); break;
            case "write": Write(rest, append: false); break;
            case "append": Write(rest, append: true); break;
            case "delete": File.Delete(rest); break;
            case "commit": Commit(rest); break;
            case "sleep": Thread.Sleep((int)Number(rest)); break;
            case "wait": Wait(rest); break;
            case "hang": Thread.Sleep(Timeout.Infinite); break;
            case "result": Result(rest); break;
            case "raw-result": File.WriteAllText(Variable("TUTTI_RESULT"), rest); break;
            case "env": WriteEnvironment(rest); break;
            case "ignore": Ignore(rest); break;
            case "signal": _ = Kill(Environment.ProcessId, (int)Number(rest)); Thread.Sleep(Timeout.Infinite); break;
            case "child": Start("sleep", rest); break;
            case "orphan": Start("sh", "-c", "setsid sleep \"$1\" & exit 0", "sh", rest).WaitForExit(); break;
            case "conduct": Conduct(rest); break;
            case "lie": Console.Out.WriteLine("All tests pass. I have committed my work.\nTASK_DONE"); break;
            case "acp": new AcpSteps(rest).Run(); break;
            case "exit": Environment.Exit((int)Number(rest)); break;
            default: Console.Error.WriteLine($"fake-agent: no step '{step}'"); Environment.Exit(64); break;
        }
    }

    private static void Lines(string rest)
    {
        var (count, text) = Split(rest);
        for (var i = 1; i <= Number(count); i++)
            Console.Out.WriteLine($"{i} {text}");
    }

    private static void Flood(long bytes, byte lineEnd)
    {
        var block = new byte[64 * 1000];
        for (var i = 0; i < block.Length; i++)
            block[i] = i % 100 == 99 ? lineEnd : (byte)'x';
        using var output = Console.OpenStandardOutput();
        for (; bytes > 0; bytes -= block.Length)
            output.Write(block, 0, (int)Math.Min(block.Length, bytes));
    }

    private static void Binary(long bytes)
    {
        using var output = Console.OpenStandardOutput();
        for (var i = 0L; i < bytes; i++)
            output.WriteByte((byte)(i * 7));
    }

    private static void Write(string rest, bool append)
    {
        var (path, text) = Split(rest);
        if (Path.GetDirectoryName(path) is { Length: > 0 } folder)
            Directory.CreateDirectory(folder);
        if (append)
            File.AppendAllText(path, text + "\n");
        else
            File.WriteAllText(path, text + "\n");
    }

    private static void Commit(string message)
    {
        foreach (string[] arguments in new string[][] { ["add", "-A"], ["commit", "-q", "-m", message] })
        {
            using var git = Start("git", arguments);
            git.WaitForExit();
            if (git.ExitCode != 0)
                Environment.Exit(git.ExitCode);
        }
    }

    private static void Wait(string path)
    {
        for (var waited = Stopwatch.StartNew(); !File.Exists(path); Thread.Sleep(10))
        {
            if (waited.Elapsed > WaitLimit)
                Environment.Exit(65);
        }
    }

    private static void Result(string rest)
    {
        var (verdict, summary) = Split(rest);
        var text = $$"""{"nonce":{{Json(Variable("TUTTI_NONCE"))}},"verdict":{{Json(verdict)}},"summary":{{Json(summary)}}}""";
        File.WriteAllText(Variable("TUTTI_RESULT"), text);
    }

    private static void WriteEnvironment(string path)
    {
        var variables = Environment.GetEnvironmentVariables();
        File.WriteAllLines(path, variables.Keys.Cast<string>().Order(StringComparer.Ordinal).Select(name => $"{name}={variables[name]}"));
    }

    private static void Ignore(string names)
    {
        foreach (var name in names.Split(' '))
            Ignored.Add(PosixSignalRegistration.Create(Enum.Parse<PosixSignal>("SIG" + name), context => context.Cancel = true));
    }

    private static void Conduct(string rest)
    {
        var (path, script) = Split(rest);
        var folder = new AttemptFolder(path);
        var environment = HostEnvironment.Base();
        AttemptMarks.Put(environment, folder, "2026-01-01-001", "t", "develop", 1, Guid.NewGuid().ToString("n"));
        var command = new AttemptCommand(Environment.ProcessPath!, ["@" + script], Environment.CurrentDirectory, environment);
        AttemptProcess.StartAsync(folder, command).GetAwaiter().GetResult();
        Thread.Sleep(Timeout.Infinite);
    }

    private static Process Start(string program, params string[] arguments) => Process.Start(new ProcessStartInfo(program, arguments))!;

    private static string Json(string text) => $"\"{JsonEncodedText.Encode(text)}\"";

    private static string Variable(string name) => Environment.GetEnvironmentVariable(name) ?? throw new InvalidOperationException($"{name} is not set");

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);

    private static (string Step, string Remainder) Split(string text) =>
        text.IndexOf(' ') is var space and >= 0 ? (text[..space], text[(space + 1)..]) : (text, "");

    [LibraryImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Kill(int pid, int signal);
}
