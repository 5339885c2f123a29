using System.CommandLine;
using Tutti.Core;
using Tutti.Engine.Config;

namespace Tutti.Commands;

/// <summary><c>tutti init</c>: writes a configuration in which everything is said and nothing is set.</summary>
internal static class InitCommand
{
    public static Command Create()
    {
        var force = new Option<bool>("--force") { Description = "Overwrite the one that is there" };
        var command = new Command("init", $"Write a configuration ({SettingsSources.RepositoryFile}) with every setting explained.") { force };
        command.SetAction((parsed, _) => RunAsync(parsed.GetValue(force)));
        return command;
    }

    private static async Task<int> RunAsync(bool force)
    {
        var path = Path.Combine(Workplace.Here().Top, SettingsSources.RepositoryFile);
        NewFile.Write(path, SettingsTemplate.Text, force);
        await Console.Error.WriteLineAsync($"""
            {path} is written; every line of it is a comment until you want it.
            Next: set 'verify' to the command that tests this project, then
              tutti doctor                 what is missing here
              tutti run --dry-run "..."    what would be done
            """);
        return ExitCodes.AllDone;
    }
}
