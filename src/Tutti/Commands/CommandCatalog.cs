using System.CommandLine;
using System.CommandLine.Help;

namespace Tutti.Commands;

/// <summary>Every command, a line each; a new one is a file beside this one and a line here.</summary>
internal static class CommandCatalog
{
    private static readonly Func<Command>[] Commands =
    [
        RunCommand.Create,
        PlanCommand.Create,
        ResumeCommand.Create,
        StatusCommand.Create,
        ControlCommand.Create,
        LogsCommand.Create,
        ShowCommand.Create,
        ReportCommand.Create,
        ReplayCommand.Create,
        CheckpointCommand.Create,
        MergeCommand.Create,
        UndoCommand.Create,
        CleanCommand.Create,
        PoolCommand.Create,
        DoctorCommand.Create,
        InitCommand.Create,
        CompletionsCommand.Create,
        CompleteCommand.Create,
        AcpDriveCommand.Create,
        DemoCommand.Create,
    ];

    /// <summary>Options that every command takes.</summary>
    public static IReadOnlyList<Option> RecursiveOptions { get; } = [CommandLine.Debug, new HelpOption()];

    /// <summary>The whole command line.</summary>
    public static RootCommand Root()
    {
        var root = new RootCommand("Many coding agents at once, each in a worktree of its own, until the work is merged, verified and cleaned up.");
        root.Options.Add(CommandLine.Debug);
        foreach (var create in Commands)
            root.Subcommands.Add(create());
        return root;
    }
}
