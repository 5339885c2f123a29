using Tutti.Core;
using Tutti.Engine.Git;

namespace HistoryReplay;

/// <summary>A temporary repository that borrows the clone's objects and keeps what is written to itself.</summary>
public sealed class Workshop : IDisposable
{
    private Workshop(string root) => Root = root;

    /// <summary>The folder; gone with this object.</summary>
    public string Root { get; }

    /// <summary>The top of its empty checkout.</summary>
    public string Top => Path.Combine(Root, "top");

    /// <summary>Its git folder.</summary>
    public string Common => Path.Combine(Top, ".git");

    /// <summary>Makes one.</summary>
    /// <exception cref="FailureException">Git cannot make a repository there, or cannot borrow the objects.</exception>
    public static async Task<Workshop> MakeAsync(Clone clone)
    {
        var shop = new Workshop(Directory.CreateTempSubdirectory("history-replay-").FullName);
        try
        {
            Directory.CreateDirectory(shop.Top);
            await shop.GitAsync("init", "-q", "--template=", $"--object-format={(clone.Sha256 ? "sha256" : "sha1")}");
            foreach (var (key, value) in new[] { ("user.name", "Replay"), ("user.email", "replay@example.invalid"), ("commit.gpgsign", "false"), ("gc.auto", "0"), ("core.logAllRefUpdates", "false") })
                await shop.GitAsync("config", key, value);
            var info = Path.Combine(shop.Common, "objects", "info");
            Directory.CreateDirectory(info);
            await File.WriteAllTextAsync(Path.Combine(info, "alternates"), Quoted(Path.Combine(clone.Common, "objects")) + "\n");
            if (clone.ShallowFile is { } shallow)
                File.Copy(shallow, Path.Combine(shop.Common, "shallow"));
            return shop;
        }
        catch
        {
            shop.Dispose(); // It stands for nothing yet; what went wrong is told by whoever catches it.
            throw;
        }
    }

    /// <summary>
    /// Writes a commit graph of its own, because a clone seldom has one, and without it finding the common ancestor takes most of the time in a large history.
    /// Where git cannot write it, it is only slower.
    /// </summary>
    public Task GraphAsync(IEnumerable<RecordedMerge> merges) =>
        GitCommand.TryAsync(Top, ["commit-graph", "write", "--stdin-commits", "--no-progress"], string.Concat(merges.Select(m => $"{m.Id}\n")));

    /// <summary>Runs git in the checkout and expects success.</summary>
    public Task<string> GitAsync(params string[] arguments) => GitCommand.RunAsync(Top, arguments);

    // A path a line; one that is quoted like a C string may hold line breaks.
    private static string Quoted(string path) =>
        path.StartsWith('"') || path.StartsWith('#') || path.Contains('\n') ? $"\"{path.Replace("\\", "\\\\").Replace("\"", "\\\"").Replace("\n", "\\n")}\"" : path;

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
