namespace Tutti.Engine.Processes;

/// <summary>What tells this running system from an earlier boot and from its containers.</summary>
internal static class Machine
{
    private static readonly Lazy<string> BootId = new(() =>
#if FAILPOINTS
        // A test plays a restart of the machine.
        Environment.GetEnvironmentVariable("TUTTI_TEST_BOOT") ??
#endif
        (OperatingSystem.IsLinux() ? File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim() : MacProcesses.BootId()));

    // The link reads pid:[4026531836]; only compared.
    private static readonly Lazy<string> PidSpace = new(() =>
        OperatingSystem.IsLinux() ? new string([.. (File.ResolveLinkTarget("/proc/self/ns/pid", false)?.Name ?? "").Where(char.IsAsciiDigit)]) : "");

    /// <summary>Differs after every start of the kernel.</summary>
    public static string Boot => BootId.Value;

    /// <summary>The pid namespace of this process; empty where there is no such thing.</summary>
    public static string Space => PidSpace.Value;
}

/// <summary>Finds programs as <c>execvp</c> would.</summary>
public static class ProgramPath
{
    /// <summary>The file that <paramref name="program"/> names, or null when there is none that may be run.</summary>
    /// <param name="program">A name to look up, or a path (anything with a slash), which is taken as it is.</param>
    /// <param name="path">A PATH; null takes the one of this process.</param>
    public static string? Find(string program, string? path = null)
    {
        if (program.Contains('/'))
            return IsExecutable(program) ? Path.GetFullPath(program) : null;
        return (path ?? Environment.GetEnvironmentVariable("PATH") ?? "/usr/bin:/bin")
            .Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, program))
            .FirstOrDefault(IsExecutable);
    }

    private static bool IsExecutable(string file)
    {
        const UnixFileMode Any = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        return File.Exists(file) && (OperatingSystem.IsWindows() || (File.GetUnixFileMode(file) & Any) != UnixFileMode.None);
    }
}
