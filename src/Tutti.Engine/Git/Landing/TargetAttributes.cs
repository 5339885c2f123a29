using System.Text;
using Tutti.Core;

namespace Tutti.Engine.Git.Landing;

/// <summary>
/// The <c>.gitattributes</c> files of the commit merged onto, as far as they could decide how a file's content is merged. They are written to an otherwise
/// empty folder, which git then takes for the checkout: it reads them itself, by its own rules, and what the branch brings does not count.
/// </summary>
internal static class TargetAttributes
{
    private const string Name = ".gitattributes";

    /// <summary>Paths for one git process, well below what a command line may hold.</summary>
    private const int PathsAtOnce = 500;

    private const int LongestPath = 2000;
    private const int LongestName = 255;

    // `binary` is git's own macro and takes merge away. Who defines a macro may mean any of these.
    private static readonly string[] Deciding = ["merge", "binary", "conflict-marker-size", "[attr]"];

    /// <summary>The files that count for these folders, or none when nothing in them is about merging.</summary>
    /// <param name="control">Where git runs.</param>
    /// <param name="onto">Full id of the commit whose attributes count.</param>
    /// <param name="folders">Folders with files whose content is merged; the empty string is the top.</param>
    /// <param name="cancellation">Ends git.</param>
    /// <exception cref="FailureException">Git cannot read them.</exception>
    public static async Task<IReadOnlyList<AttributesFile>> ReadAsync(
        ControlRepository control, string onto, IReadOnlySet<string> folders, CancellationToken cancellation)
    {
        var paths = folders.SelectMany(Above).Distinct(StringComparer.Ordinal).Where(IsSafe).Select(f => f.Length == 0 ? Name : $"{f}/{Name}").ToList();
        if (await control.AllMissingAsync(onto, paths, cancellation))
            return [];
        var files = new List<AttributesFile>();
        foreach (var some in paths.Chunk(PathsAtOnce))
        {
            string[] arguments = ["ls-tree", "-z", onto, "--", .. some];
            var listed = await control.GitAsync(arguments, cancellation);
            if (listed.ExitCode != 0)
                throw new FailureException(GitCommand.Failed(arguments, listed));
            foreach (var entry in listed.Text.Split('\0', StringSplitOptions.RemoveEmptyEntries))
            {
                if (await FileAsync(control, entry, cancellation) is { } file)
                    files.Add(file);
            }
        }

        return files.Any(f => Decides(f.Content)) ? files : [];
    }

    /// <summary>Writes the files below a folder, as they lie in the commit.</summary>
    public static void Write(string folder, IEnumerable<AttributesFile> files)
    {
        foreach (var file in files)
        {
            var path = Path.Combine(folder, file.Path);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllBytes(path, file.Content);
        }
    }

    // "100644 blob ID\tsub/.gitattributes"; git reads no attributes through a link (120000), and a folder may have that name.
    private static async Task<AttributesFile?> FileAsync(ControlRepository control, string entry, CancellationToken cancellation)
    {
        var tab = entry.IndexOf('\t');
        var head = entry[..tab].Split(' ');
        if (head[0] is not ("100644" or "100755" or "100664"))
            return null;
        string[] arguments = ["cat-file", "blob", head[2]];
        var content = await control.GitAsync(arguments, cancellation);
        return content.ExitCode == 0 ? new AttributesFile(entry[(tab + 1)..], content.Output) : throw new FailureException(GitCommand.Failed(arguments, content));
    }

    private static bool Decides(byte[] content) =>
        Encoding.UTF8.GetString(content).Split('\n').Any(line => !line.StartsWith('#') && Deciding.Any(word => line.Contains(word, StringComparison.Ordinal)));

    // "a/b" has attributes in "", "a" and "a/b".
    private static IEnumerable<string> Above(string folder)
    {
        yield return "";
        for (var slash = folder.IndexOf('/'); slash >= 0; slash = folder.IndexOf('/', slash + 1))
            yield return folder[..slash];
        if (folder.Length > 0)
            yield return folder;
    }

    // A commit made by hand may name folders that no checkout has: "..", which would lead out of ours.
    private static bool IsSafe(string folder) =>
        folder.Length == 0
        || (folder.Length <= LongestPath
            && folder.Split('/').All(n => n is not ("" or "." or "..") && !n.Equals(".git", StringComparison.OrdinalIgnoreCase) && Encoding.UTF8.GetByteCount(n) <= LongestName));
}

/// <summary>One <c>.gitattributes</c> file: its path in the tree, and its bytes.</summary>
internal sealed record AttributesFile(string Path, byte[] Content);
