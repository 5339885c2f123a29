using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using Tutti.Core.Landing;

namespace Tutti.Engine.Git.Landing.Resolution;

/// <summary>What a recorded resolution gives again.</summary>
/// <param name="Blob">The resolved content.</param>
/// <param name="Dropped">What was named as dropped when it was recorded.</param>
internal sealed record Replayed(string Blob, IReadOnlyList<Dropped> Dropped);

/// <summary>
/// Resolutions that git's rerere has recorded, shared by all slots and sessions of a repository: Tutti's own in
/// <c>STATE/rr-cache</c>, and the user's own where rerere is on for them, which are read and never written.
/// </summary>
/// <param name="control">The repository of merges.</param>
internal sealed partial class RecordedResolutions(ControlRepository control)
{
    private const int MostKept = 2_000;
    private const string NamedFile = "dropped.json";
    private const long LargestImage = Blobs.LargestRead;

    private string Own => Path.Combine(control.State, "rr-cache");

    /// <summary>Solves what is known of a conflict; by path, possibly nothing.</summary>
    public async Task<IReadOnlyDictionary<string, Replayed>> ReplayAsync(IReadOnlyList<ConflictedFile> files, CancellationToken cancellation)
    {
        var solved = new Dictionary<string, Replayed>(StringComparer.Ordinal);
        var stores = await StoresAsync(cancellation);
        if (stores.Count == 0 || files.Count == 0)
            return solved;
        using var scratch = await RerereScratch.MakeAsync(control, files, cancellation);
        await scratch.RunAsync(cancellation);
        var named = new Dictionary<int, IReadOnlyList<RecordedDrop>>();
        foreach (var (file, id) in scratch.Registered())
        {
            if (stores.Select(s => Path.Combine(s, id)).FirstOrDefault(IsRecorded) is not { } from)
                continue;
            Copy(from, Path.Combine(scratch.Cache, id));
            named[file] = Named(from);
        }

        if (named.Count == 0)
            return solved;
        scratch.Forget();
        await scratch.RunAsync(cancellation);
        foreach (var (file, blob) in await scratch.SolvedAsync(cancellation))
            solved[files[file].Path] = new Replayed(blob, [.. named.GetValueOrDefault(file, []).Select(d => new Dropped($"{files[file].Path}: {d.What}", d.Why))]);
        return solved;
    }

    /// <summary>Records what a conflict was resolved to, by whomever.</summary>
    /// <param name="files">The conflict.</param>
    /// <param name="tree">The resolved tree.</param>
    /// <param name="report">What the check has said of it; what is named there is named again when it is replayed.</param>
    /// <param name="cancellation">Stops in between; nothing half is kept.</param>
    /// <returns>How many files' resolutions are known now.</returns>
    public async Task<int> RecordAsync(IReadOnlyList<ConflictedFile> files, string tree, LossReport report, CancellationToken cancellation)
    {
        var resolved = await MergeBase.EntriesAsync(control, tree, [.. files.Select(f => f.Path)], cancellation);
        var blobs = await Blobs.ReadAsync(control, resolved.Values.Where(e => e.Mode.StartsWith("100", StringComparison.Ordinal)).Select(e => e.Id), cancellation);
        using var scratch = await RerereScratch.MakeAsync(control, files, cancellation);
        await scratch.RunAsync(cancellation);
        var registered = scratch.Registered();
        foreach (var file in registered.Keys)
        {
            if (resolved.TryGetValue(files[file].Path, out var entry) && blobs.TryGetValue(entry.Id, out var content))
                await scratch.WriteAsync(file, content, cancellation);
        }

        await scratch.RunAsync(cancellation);
        var recorded = registered.Where(r => IsRecorded(Path.Combine(scratch.Cache, r.Value))).ToList();
        foreach (var (file, id) in recorded)
            Keep(Path.Combine(scratch.Cache, id), id, [.. report.Named.Where(n => n.Loss.Path == files[file].Path).Select(n => new RecordedDrop(n.Loss.IsLine ? n.Loss.Fact : n.Loss.Word, n.Why))]);
        // Where nothing was ever kept there is no folder.
        if (recorded.Count > 0)
            Prune();
        return recorded.Count;
    }

    private async Task<IReadOnlyList<string>> StoresAsync(CancellationToken cancellation)
    {
        var user = Path.Combine(control.Common, "rr-cache");
        var enabled = await GitCommand.TryAsync(control.User, ["config", "--type=bool", "--get", "rerere.enabled"], cancellation: cancellation);
        // Where nothing is said, git takes the folder's being there for a yes.
        var usersToo = Directory.Exists(user) && enabled.Text != "false";
        return [.. new[] { Own, usersToo ? user : null }.OfType<string>().Where(Directory.Exists)];
    }

    private static bool IsRecorded(string folder) => Directory.Exists(folder) && Directory.EnumerateFiles(folder).Any(f => Path.GetFileName(f).StartsWith("postimage", StringComparison.Ordinal));

    // Whoever can write these folders is no authority on what else is in them: images only, and no links.
    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in new DirectoryInfo(from).EnumerateFiles().Where(f => Image().IsMatch(f.Name) && f.LinkTarget is null && f.Length <= LargestImage))
            file.CopyTo(Path.Combine(to, file.Name), overwrite: true);
    }

    private void Keep(string from, string id, IReadOnlyList<RecordedDrop> named)
    {
        var (place, draft) = (Path.Combine(Own, id), Path.Combine(Own, $"{id}.{Guid.NewGuid():n}"));
        Copy(from, draft);
        if (named.Count > 0)
            File.WriteAllText(Path.Combine(draft, NamedFile), JsonSerializer.Serialize(named, RecordedJson.Default.IReadOnlyListRecordedDrop));
        if (Directory.Exists(place))
            ControlFolder.Delete(place);
        try
        {
            Directory.Move(draft, place);
        }
        catch (IOException) when (Directory.Exists(place))
        {
            ControlFolder.Delete(draft); // Another process has just recorded the same conflict; its answer is as good.
        }
    }

    private static IReadOnlyList<RecordedDrop> Named(string folder)
    {
        var file = new FileInfo(Path.Combine(folder, NamedFile));
        if (!file.Exists || file.LinkTarget is not null || file.Length > LargestImage)
            return [];
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllText(file.FullName), RecordedJson.Default.IReadOnlyListRecordedDrop) ?? [];
        }
        catch (JsonException)
        {
            return []; // Nothing is named then, and what the resolution drops counts as lost.
        }
    }

    private void Prune()
    {
        foreach (var old in new DirectoryInfo(Own).EnumerateDirectories().OrderByDescending(d => d.LastWriteTimeUtc).Skip(MostKept))
            ControlFolder.Delete(old.FullName);
    }

    [GeneratedRegex(@"^(?:pre|post)image(?:\.\d{1,6})?$", RegexOptions.CultureInvariant)]
    private static partial Regex Image();
}

/// <summary>What a recorded resolution has dropped: the line, or the word for it, and why.</summary>
internal sealed record RecordedDrop(string What, string Why);

[JsonSerializable(typeof(IReadOnlyList<RecordedDrop>))]
internal sealed partial class RecordedJson : JsonSerializerContext;
