using System.Text;

namespace Tutti.Engine.Git.Landing.Resolution;

/// <summary>
/// A repository of a few conflicted files, in which git's rerere can be run on a merge that was made in the object store. Its
/// configuration is its own, and files have names of ours, so no attribute, filter, driver or hook of the user's repository takes part.
/// </summary>
internal sealed class RerereScratch : IDisposable
{
    private readonly ScratchFolder _folder;
    private readonly ControlRepository _control;
    private readonly IReadOnlyList<ConflictedFile> _files;
    private readonly GitPlace _place;

    private RerereScratch(ScratchFolder folder, ControlRepository control, IReadOnlyList<ConflictedFile> files)
    {
        (_folder, _control, _files) = (folder, control, files);
        _place = new GitPlace(folder.Path, new Dictionary<string, string>(StringComparer.Ordinal) { ["GIT_DIR"] = Git, ["GIT_WORK_TREE"] = folder.Path });
    }

    private string Git => Path.Combine(_folder.Path, ".git");

    private string Register => Path.Combine(Git, "MERGE_RR");

    /// <summary>Lays the files out, as a merge that has stopped at them.</summary>
    public static async Task<RerereScratch> MakeAsync(ControlRepository control, IReadOnlyList<ConflictedFile> files, CancellationToken cancellation)
    {
        var made = new RerereScratch(new ScratchFolder(control.State), control, files);
        try
        {
            Directory.CreateDirectory(Path.Combine(made.Git, "objects"));
            Directory.CreateDirectory(Path.Combine(made.Git, "refs"));
            Directory.CreateDirectory(made.Cache);
            await File.WriteAllTextAsync(Path.Combine(made.Git, "HEAD"), "ref: refs/heads/none\n", cancellation);
            await File.WriteAllTextAsync(Path.Combine(made.Git, "config"), ControlFolder.Hardened(control.IsSha256, bare: false, Recording), cancellation);
            var stages = new StringBuilder();
            for (var i = 0; i < files.Count; i++)
            {
                await made.WriteAsync(i, files[i].Marked, cancellation);
                var (before, ours, theirs) = files[i].Stages;
                if (before is not null)
                    stages.Append($"100644 {before} 1\t{Name(i)}\0");
                stages.Append($"100644 {ours} 2\t{Name(i)}\0").Append($"100644 {theirs} 3\t{Name(i)}\0");
            }

            await control.AskAsync(["update-index", "-z", "--index-info"], cancellation, stages.ToString(), made._place);
            return made;
        }
        catch
        {
            // Nobody else knows of the folder yet; whatever it was goes on.
            made.Dispose();
            throw;
        }
    }

    /// <summary>Where rerere keeps what it knows, by the conflict's id.</summary>
    public string Cache => Path.Combine(Git, "rr-cache");

    /// <summary>Runs rerere: it registers conflicts, solves those it knows, and records those that are solved.</summary>
    public Task RunAsync(CancellationToken cancellation) => _control.AskAsync(["rerere"], cancellation, place: _place);

    /// <summary>The ids of the conflicts, by the file's position, as far as rerere can handle them.</summary>
    /// <remarks><c>ID␉c0␀ID.2␉c1␀</c>; the number tells variants of one id apart.</remarks>
    public IReadOnlyDictionary<int, string> Registered() => !File.Exists(Register)
        ? new Dictionary<int, string>()
        : File.ReadAllText(Register).Split('\0', StringSplitOptions.RemoveEmptyEntries).Select(l => l.Split('\t')).Where(p => p.Length == 2)
            .ToDictionary(p => int.Parse(p[1][1..], System.Globalization.CultureInfo.InvariantCulture), p => p[0].Split('.')[0]);

    /// <summary>Makes the next run see the conflicts for the first time.</summary>
    public void Forget() => File.Delete(Register);

    /// <summary>Puts content in a file's place.</summary>
    public Task WriteAsync(int file, byte[] content, CancellationToken cancellation) =>
        File.WriteAllBytesAsync(Path.Combine(_folder.Path, Name(file)), content, cancellation);

    /// <summary>The blobs of those that are solved, by the file's position.</summary>
    public async Task<IReadOnlyDictionary<int, string>> SolvedAsync(CancellationToken cancellation)
    {
        // "100644 ID 0\tc0", NUL-ended.
        var listed = Encoding.UTF8.GetString(await _control.AskAsync(["ls-files", "-s", "-z"], cancellation, place: _place));
        return listed.Split('\0', StringSplitOptions.RemoveEmptyEntries).Select(l => l.Split(' ', '\t')).Where(p => p[2] == "0")
            .ToDictionary(p => int.Parse(p[3][1..], System.Globalization.CultureInfo.InvariantCulture), p => p[1]);
    }

    public void Dispose() => _folder.Dispose();

    private static string Name(int file) => $"c{file}";

    private const string Recording =
        """
        [core]
        	fileMode = false
        	autocrlf = false
        [rerere]
        	enabled = true
        	autoupdate = true
        [gc]
        	rerereResolved = never
        	rerereUnresolved = never
        """;
}
