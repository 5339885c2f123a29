using System.Globalization;
using System.Reflection;
using Tutti.Core;
using Tutti.Core.Session;
using Tutti.Engine.Config;
using Tutti.Engine.Git;
using Tutti.Engine.Git.Pool;
using Tutti.Engine.Journal;

namespace Tutti.Commands;

/// <summary>Where a command is used: the repository around the current folder, and the sessions in it.</summary>
/// <param name="Repository">Found without starting git.</param>
internal sealed record Workplace(Repository Repository)
{
    /// <summary>Tutti's own version.</summary>
    public static string Version { get; } =
        typeof(Workplace).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0";

    /// <summary>The top folder of the user's checkout, where the configuration lies.</summary>
    public string Top => Repository.Folder;

    /// <summary>The workplace of the current folder.</summary>
    /// <exception cref="FailureException"><c>not_a_repository</c>, <c>folder_gone</c>.</exception>
    public static Workplace Here() => new(Repository.Discover(Folder()));

    /// <summary>The current folder.</summary>
    /// <exception cref="FailureException"><c>folder_gone</c>.</exception>
    public static string Folder()
    {
        try
        {
            return Directory.GetCurrentDirectory();
        }
        catch (FileNotFoundException e)
        {
            // A slot that was given back meanwhile, for example, while a shell stood in it.
            throw new FailureException(new Failure(FailureCategory.Environment, "folder_gone", "the current folder does not exist any more", "cd into the repository again"), e);
        }
    }

    /// <summary>The session of that id, or the newest that has started.</summary>
    public SessionFolder Session(string? id) => SessionFolder.Find(Repository.StateDirectory, id);

    /// <summary>A session as its journal has it.</summary>
    /// <exception cref="FailureException"><c>journal_damaged</c>, or <c>session_empty</c> for one that was never started.</exception>
    public static SessionState Read(SessionFolder folder) =>
        JournalReading.Of(folder.Journal).State ?? throw folder.Empty();

    /// <summary>Where settings come from, with what the command line says on top.</summary>
    public SettingsSources Sources(Func<Settings, Settings> commandLine) =>
        SettingsSources.OfHost(Top) with { CommandLine = commandLine };

    /// <summary>True while a session's last conductor lives.</summary>
    public static bool IsConducted(ProcessRef? conductor)
    {
        return conductor is { } process
            && OwnerProcess.IsAlive(new LeaseOwner("", "", process.Pid, process.Boot, long.Parse(process.Started, CultureInfo.InvariantCulture)));
    }
}
