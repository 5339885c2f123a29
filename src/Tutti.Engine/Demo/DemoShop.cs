using Tutti.Core;
using Tutti.Engine.Git;

namespace Tutti.Engine.Demo;

/// <summary>A fresh repository with the sample shop in it, and beside it a plan whose agents are scripts.</summary>
/// <param name="Root">The temporary folder that holds all of it, slots included.</param>
/// <param name="Repository">Top folder of the repository.</param>
/// <param name="Plan">The plan file, outside of the repository.</param>
public sealed record DemoShop(string Root, string Repository, string Plan)
{
    // What plays on the shop and is no part of it (samples/shop/README.md).
    private static readonly string[] NotOfTheShop = ["demo.yaml", "agents", "check.sh", "run"];

    /// <summary>Makes the repository, with one commit on main and an identity of its own.</summary>
    /// <param name="sample">The folder of the sample shop.</param>
    /// <param name="fast">The scripted agents do not pause between their lines.</param>
    /// <param name="cancellation">Ends git.</param>
    /// <exception cref="FailureException"><c>demo_missing</c>: the sample is not there; or git's own failures.</exception>
    public static async Task<DemoShop> OpenAsync(string sample, bool fast, CancellationToken cancellation)
    {
        var written = Path.Combine(sample, "demo.yaml");
        if (!File.Exists(written))
            throw FailureException.Environment("demo_missing", $"the sample shop is not in {sample}", "it comes with Tutti: install or build it anew");
        var root = Directory.CreateTempSubdirectory("tutti-demo-").FullName;
        var shop = new DemoShop(root, Path.Combine(root, "shop"), Path.Combine(root, "demo.yaml"));
        var agents = Path.Combine(root, "agents");
        CopyFolder(sample, shop.Repository, path => !NotOfTheShop.Contains(Path.GetRelativePath(sample, path)));
        CopyFolder(Path.Combine(sample, "agents"), agents, _ => true);
        if (fast)
            await File.AppendAllTextAsync(Path.Combine(agents, "common.sh"), "PACE=0\n", cancellation);
        var plan = await File.ReadAllTextAsync(written, cancellation);
        await File.WriteAllTextAsync(shop.Plan, plan.Replace("{agents}", agents, StringComparison.Ordinal), cancellation);
        await CommitAsync(shop.Repository, cancellation);
        return shop;
    }

    private static async Task CommitAsync(string repository, CancellationToken cancellation)
    {
        var entries = Directory.EnumerateFileSystemEntries(repository).Select(entry => Path.GetFileName(entry)!).Order(StringComparer.Ordinal);
        string[][] commands =
        [
            ["-c", "init.defaultBranch=main", "init", "--quiet", "--template="],
            ["config", "user.name", "Shop keeper"],
            ["config", "user.email", "shop@example.invalid"],
            // A signing key that asks for its password would stop the show.
            ["config", "commit.gpgsign", "false"],
            ["add", "--", .. entries],
            ["commit", "--quiet", "--message=Open the shop"],
        ];
        foreach (var command in commands)
            await GitCommand.RunAsync(repository, command, cancellation: cancellation);
    }

    private static void CopyFolder(string from, string to, Func<string, bool> wanted)
    {
        Directory.CreateDirectory(to);
        foreach (var entry in Directory.EnumerateFileSystemEntries(from).Where(wanted))
        {
            var copy = Path.Combine(to, Path.GetFileName(entry));
            if (Directory.Exists(entry))
                CopyFolder(entry, copy, _ => true);
            else
                File.Copy(entry, copy);
        }
    }
}
