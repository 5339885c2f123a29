using System.Text;
using Tutti.Core;
using Tutti.Engine.Processes;

namespace Tutti.Engine.Git.Landing.Resolution;

/// <summary>
/// A program of the user's that merges one file by its structure (<c>merge_tool</c>, for example
/// <c>mergiraf merge --git {base} {ours} {theirs} -o {out} -p {path}</c>). It is started without a shell, on copies of the three versions.
/// </summary>
/// <param name="template">The command line, split into words before the gaps are filled.</param>
/// <param name="control">The repository of merges.</param>
internal sealed class MergeTool(string template, ControlRepository control)
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);
    private static readonly string[] Gaps = ["{base}", "{ours}", "{theirs}", "{out}", "{path}"];

    private bool _absent;

    /// <summary>Why a command line cannot be used, as the end of a sentence; null when it can.</summary>
    public static string? Problem(string template)
    {
        try
        {
            if (CommandWords.Split(template) is not [_, ..])
                return "is empty";
        }
        catch (FailureException e)
        {
            return $"cannot be split into words: {e.Failure.Message}";
        }

        return Gaps.Take(3).FirstOrDefault(gap => !template.Contains(gap, StringComparison.Ordinal)) is { } missing ? $"lacks {missing}" : null;
    }

    /// <summary>Merges one file.</summary>
    /// <returns>The blob of the result, or null; and a note for people where there is something to say.</returns>
    public async Task<(string? Blob, string? Note)> TryAsync(ConflictedFile file, CancellationToken cancellation)
    {
        if (_absent)
            return (null, null);
        using var folder = new ScratchFolder(control.State);
        var (before, ours, theirs) = file.Stages;
        var blobs = await Blobs.ReadAsync(control, new[] { before, ours, theirs }.OfType<string>(), cancellation);
        if (!blobs.TryGetValue(ours, out var ourBytes) || !blobs.TryGetValue(theirs, out var theirBytes) || Blobs.Text(ourBytes) is null || Blobs.Text(theirBytes) is null)
            return (null, null);
        // The name's end tells a tool what language it is; nothing else of the path is used.
        var end = Extension(file.Path);
        string Place(string name) => Path.Combine(folder.Path, name + end);
        await File.WriteAllBytesAsync(Place("base"), before is not null && blobs.TryGetValue(before, out var bytes) ? bytes : [], cancellation);
        await File.WriteAllBytesAsync(Place("ours"), ourBytes, cancellation);
        await File.WriteAllBytesAsync(Place("theirs"), theirBytes, cancellation);
        var words = CommandWords.Split(template).Select(word => Filled(word, Place, file.Path)).ToList();
        return await RunAsync(words, folder.Path, Place(template.Contains("{out}", StringComparison.Ordinal) ? "out" : "ours"), file.Path, cancellation);
    }

    private async Task<(string? Blob, string? Note)> RunAsync(List<string> words, string folder, string outcome, string path, CancellationToken cancellation)
    {
        CommandResult result;
        try
        {
            result = await CommandRunner.RunAsync(new Command(words[0], words[1..], folder) { Environment = Environment(), Limit = Limit, OutputLimit = 64 * 1024 }, cancellation);
        }
        catch (FailureException e) when (e.Failure.Code == FailureCode.ProgramNotStarted)
        {
            _absent = true;
            return (null, $"merge_tool: {e.Failure.Message}");
        }

        if (result.TimedOut)
            return (null, $"merge_tool: {words[0]} took longer than {Limit.TotalSeconds:0} s on {path}");
        var file = new FileInfo(outcome);
        // Any other exit code is the tool's word that a conflict is left.
        if (result.ExitCode != 0 || !file.Exists || file.LinkTarget is not null || file.Length > Blobs.LargestRead)
            return (null, null);
        var blob = await control.AskAsync(["hash-object", "-w", "--no-filters", "--", outcome], cancellation);
        return (Encoding.ASCII.GetString(blob).TrimEnd('\n'), null);
    }

    private static Dictionary<string, string> Environment()
    {
        var environment = HostEnvironment.Base();
        // Some such tools ask git for attributes; they are to find no repository around their files.
        environment["GIT_CEILING_DIRECTORIES"] = "/";
        environment["GIT_DIR"] = "/dev/null";
        return environment;
    }

    private static string Filled(string word, Func<string, string> place, string path) => word
        .Replace("{base}", place("base"), StringComparison.Ordinal)
        .Replace("{ours}", place("ours"), StringComparison.Ordinal)
        .Replace("{theirs}", place("theirs"), StringComparison.Ordinal)
        .Replace("{out}", place("out"), StringComparison.Ordinal)
        .Replace("{path}", path, StringComparison.Ordinal);

    private static string Extension(string path)
    {
        const int longest = 20;
        var name = path[(path.LastIndexOf('/') + 1)..];
        var dot = name.LastIndexOf('.');
        var end = dot < 0 ? "" : name[dot..];
        return end.Length is > 1 and <= longest && end.AsSpan(1).IndexOfAnyExcept(Letters) < 0 ? end : "";
    }

    private static readonly System.Buffers.SearchValues<char> Letters =
        System.Buffers.SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_+-");
}
