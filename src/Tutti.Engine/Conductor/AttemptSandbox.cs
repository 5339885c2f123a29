using Tutti.Core;
using Tutti.Core.Plan;
using Tutti.Engine.Git;
using Tutti.Engine.Processes;
using Tutti.Engine.Processes.Sandbox;

namespace Tutti.Engine.Conductor;

/// <summary>What an agent's attempt may see and change, where the settings keep it in.</summary>
public static class AttemptSandbox
{
    // Where people keep what an agent has no business with; those that are not there are passed over.
    private static readonly string[] Secrets =
        [".ssh", ".gnupg", ".aws", ".azure", ".kube", ".docker", ".password-store", ".netrc", ".git-credentials", ".config/gcloud", ".config/gh", ".local/share/keyrings", ".mozilla", ".config/google-chrome"];

    private const string Packages = "/node_modules";

    private static readonly string[] OutsideHome = ["/run/user", "/run/docker.sock", "/var/run/docker.sock"];

    /// <summary>The settings that count for an agent: its entry's own, else those for all.</summary>
    public static SandboxSettings SettingsOf(Settings settings, AgentChoice choice) =>
        settings.Agents.GetValueOrDefault(choice.Agent ?? "")?.Sandbox ?? settings.Sandbox;

    /// <summary>Why some agent could not be kept in as the settings want it; null where all can, or nobody wants it.</summary>
    public static async Task<Failure?> UnavailableAsync(Settings settings, CancellationToken cancellation) =>
        IsWanted(settings) ? await Bubblewrap.ProbeAsync(cancellation) : null;

    /// <summary>True where the settings want some agent to be kept in.</summary>
    public static bool IsWanted(Settings settings) =>
        settings.Agents.Values.Select(entry => entry.Sandbox).Append(settings.Sandbox).Any(sandbox => sandbox?.Kind == SandboxKind.Bwrap);

    /// <summary>The command, kept in where the settings say so.</summary>
    internal static AttemptCommand Wrap(SessionContext context, AttemptPlan plan, AttemptTree tree, SandboxSettings settings, AttemptCommand command) =>
        settings.Kind == SandboxKind.Bwrap ? Bubblewrap.Wrap(command, PlanOf(context, plan, tree, settings, command)) : command;

    private static SandboxPlan PlanOf(SessionContext context, AttemptPlan plan, AttemptTree tree, SandboxSettings settings, AttemptCommand command)
    {
        var home = command.Environment.GetValueOrDefault("HOME", "");
        var (writable, kept) = Git(context.Repository, tree.Path, plan.Task.Branch!);
        var folder = plan.Folder;
        string OfHome(string path) => path.StartsWith("~/", StringComparison.Ordinal) ? Path.Combine(home, path[2..]) : path;
        return new SandboxPlan(tree.Path, settings.Network)
        {
            // Other slots, other sessions, other attempts.
            Hidden = [.. Secrets.Select(name => Path.Combine(home, name)), .. OutsideHome, .. (settings.Hide ?? []).Select(OfHome), context.Pool.Root, context.Repository.StateDirectory],
            Writable = [folder.Path, .. writable, .. (settings.Write ?? []).Select(OfHome)],
            Fixed = [home, context.Top, context.Repository.CommonDirectory, .. ProgramFolders(command), folder.Process, folder.Request, folder.Prompt, .. kept],
            Variables = Variables(command, folder),
        };
    }

    // What committing in a linked worktree writes, and no more: a branch beside the target's cannot move the target, and what git would
    // run or believe (configuration, hooks, attributes, where the repository is) cannot be changed.
    private static (IReadOnlyList<string> Writable, IReadOnlyList<string> Fixed) Git(Repository repository, string slot, string branch)
    {
        var common = repository.CommonDirectory;
        var admin = GitFolder.OfSlot(slot);
        var group = Path.GetDirectoryName(branch) ?? "";
        var (refs, logs) = (Path.Combine(common, "refs", "heads", group), Path.Combine(common, "logs", "refs", "heads", group));
        Directory.CreateDirectory(refs);
        Directory.CreateDirectory(logs);
        return (
            [Path.Combine(common, "objects"), admin, refs, logs],
            [Path.Combine(admin, "commondir"), Path.Combine(admin, "gitdir"), Path.Combine(admin, "config.worktree"), Path.Combine(slot, ".git"), Path.Combine(common, "objects", "info", "alternates")]);
    }

    // Caches of the user's are read-only; tools that need one get a private one.
    private static Dictionary<string, string> Variables(AttemptCommand command, AttemptFolder folder)
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal) { ["XDG_CACHE_HOME"] = "/tmp/cache", ["npm_config_cache"] = "/tmp/npm" };
        if (command.Environment.GetValueOrDefault("TMPDIR") is { } temporary && !temporary.StartsWith(folder.Path, StringComparison.Ordinal))
            variables["TMPDIR"] = "/tmp";
        return variables;
    }

    // The program, what it runs where it is an interpreter (dotnet, node), and behind "--" the one that it is to start: where each is
    // called, and where a link leads from there.
    private static IEnumerable<string> ProgramFolders(AttemptCommand command)
    {
        string[] named = [command.Program, .. command.Arguments.Take(1), .. command.Arguments.SkipWhile(argument => argument != "--").Skip(1).Take(1)];
        return named
            .Select(program => ProgramPath.Find(program, command.Environment.GetValueOrDefault("PATH")) ?? (Path.IsPathRooted(program) && File.Exists(program) ? program : null))
            .OfType<string>()
            .SelectMany(path => (string[])[path, RealPath.Of(path)])
            .Select(ProgramFolder)
            .Distinct(StringComparer.Ordinal);
    }

    // A package of npm is nothing without those beside it.
    private static string ProgramFolder(string path) =>
        path.IndexOf(Packages + "/", StringComparison.Ordinal) is >= 0 and var at ? path[..(at + Packages.Length)] : Path.GetDirectoryName(path)!;
}
