using System.Globalization;

namespace Tutti.Engine.Git.Landing;

/// <summary>
/// Where branches stand, asked again and again: as long as no file that holds refs has changed, no git is started. Loose refs are read
/// (a commit replaces the file, and a file's time is too coarse for two commits in a moment); packed refs and reftables are judged by
/// their time and length. What they hold is git's to say.
/// </summary>
/// <param name="common">The common git folder.</param>
public sealed class BranchHeads(string common)
{
    // 64 digits and a line end; a ref that points at another one is longer, and is nothing that Tutti made.
    private const int LongestRef = 128;

    private readonly RefStore _refs = new(common);
    private string? _stamp;
    private IReadOnlyDictionary<string, string> _heads = new Dictionary<string, string>();

    /// <summary>The commits of those branches that exist.</summary>
    /// <param name="branches">Short names.</param>
    /// <param name="cancellation">Ends git.</param>
    /// <exception cref="Core.FailureException">Git could not be asked.</exception>
    public async Task<IReadOnlyDictionary<string, string>> ReadAsync(IReadOnlyCollection<string> branches, CancellationToken cancellation = default)
    {
        var stamp = Stamp(branches);
        if (stamp == _stamp)
            return _heads;
        var wanted = branches.ToDictionary(b => $"refs/heads/{b}", b => b, StringComparer.Ordinal);
        var all = await _refs.ListAsync("refs/heads/", cancellation);
        _heads = all.Where(r => wanted.ContainsKey(r.Name)).ToDictionary(r => wanted[r.Name], r => r.Id, StringComparer.Ordinal);
        _stamp = stamp; // Taken before git looked: what has moved since then is seen the next time.
        return _heads;
    }

    private string Stamp(IReadOnlyCollection<string> branches) => string.Join('\n',
    [
        .. branches.Select(b => $"{b} {Text(Path.Combine(common, "refs", "heads", b))}"),
        Times(Path.Combine(common, "packed-refs")),
        Times(Path.Combine(common, "reftable", "tables.list")),
    ]);

    private static string Text(string file)
    {
        try
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            Span<byte> bytes = stackalloc byte[LongestRef];
            return System.Text.Encoding.ASCII.GetString(bytes[..stream.ReadAtLeast(bytes, LongestRef, throwOnEndOfStream: false)]);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return ""; // It is packed, in a reftable, or not there: git will say.
        }
    }

    private static string Times(string file) => new FileInfo(file) is { Exists: true } info
        ? string.Create(CultureInfo.InvariantCulture, $"{info.LastWriteTimeUtc.Ticks} {info.Length}")
        : "";
}
