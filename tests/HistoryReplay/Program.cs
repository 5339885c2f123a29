using HistoryReplay;
using Tutti.Core;

// Lands every merge of a clone's history anew, with Tutti's own code, and compares the files with git's own merge.
// Exit code 0: no difference; 1: at least one; 2: it could not be tried. docs/REPLAY.md has the figures of some large histories.
if (args is ["--help"] or ["-h"])
{
    Console.WriteLine(Options.Usage);
    return 0;
}

if (Options.Parse(args, out var wrong) is not { } options)
{
    Console.Error.WriteLine($"error: {wrong}\n\n{Options.Usage}");
    return 2;
}

// Neither side may depend on this machine's settings; GitCommand passes these two on.
Environment.SetEnvironmentVariable("GIT_CONFIG_GLOBAL", "/dev/null");
Environment.SetEnvironmentVariable("GIT_CONFIG_NOSYSTEM", "1");
try
{
    var summary = await Replayed.RunAsync(options, Console.Error);
    Console.WriteLine(summary.Table());
    return summary.IsGood ? 0 : 1;
}
catch (FailureException e)
{
    Console.Error.WriteLine($"error: {e.Failure.Message}");
    if (e.Failure.Hint is { } hint)
        Console.Error.WriteLine($"hint: {hint}");
    return 2;
}
