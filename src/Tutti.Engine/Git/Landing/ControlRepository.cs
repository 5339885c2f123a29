using Tutti.Core;
using Tutti.Engine.Processes;

namespace Tutti.Engine.Git.Landing;

/// <summary>
/// Merges in the object store, in a bare repository of Tutti's own that shares the user's objects. No checkout, index, ref, hook or fsmonitor
/// takes part, so nothing that an agent planted in the repository can run (PITFALLS P23). Attributes are those of the commit merged onto, and
/// they choose among git's own ways to merge a file and the drivers that the user has set up for all repositories.
/// </summary>
public sealed partial class ControlRepository : IAsyncDisposable
{
    private readonly string _folder;
    private readonly string _common;
    private readonly string _user;
    private readonly bool _sha256;
    private readonly GitDialogue _looker;
    private readonly GitDialogue _writer;
    private CommitIdentity? _identity;
    private IReadOnlyDictionary<string, string>? _drivers;

    // Where a rehearsal writes instead of into the user's objects; null outside of one.
    private string? _rehearsal;

    private ControlRepository(string folder, string common, string user, bool sha256)
    {
        (_folder, _common, _user, _sha256) = (folder, common, user, sha256);
        _looker = new GitDialogue(() => GitCommand.Start(Intact(), ["cat-file", "--batch-check"], Objects()));
        _writer = new GitDialogue(() => GitCommand.Start(Intact(), ["hash-object", "-t", "commit", "-w", "--no-filters", "--stdin-paths"], Objects()));
    }

    /// <summary>Opens <c>STATE/control.git</c>, making it when it is missing or not as it must be.</summary>
    /// <param name="commonDirectory">The user's common git folder, whose objects are shared.</param>
    /// <param name="stateDirectory">Tutti's state folder.</param>
    /// <param name="userDirectory">Where the user's identity is read: the top of the user's checkout, or the common folder of a bare repository.</param>
    /// <param name="time">The clock for sweeping what crashed trials left.</param>
    /// <param name="cancellation">Ends the git process that asks for the object format.</param>
    public static async Task<ControlRepository> OpenAsync(
        string commonDirectory, string stateDirectory, string userDirectory, TimeProvider? time = null, CancellationToken cancellation = default)
    {
        var format = await GitCommand.RunAsync(commonDirectory, ["rev-parse", "--show-object-format"], cancellation: cancellation);
        var folder = Path.Combine(stateDirectory, "control.git");
        Directory.CreateDirectory(stateDirectory);
        ControlFolder.Ensure(folder, format == "sha256");
        ControlFolder.SweepTrials(folder, (time ?? TimeProvider.System).GetUtcNow());
        return new ControlRepository(folder, commonDirectory, userDirectory, format == "sha256");
    }

    /// <summary>Merges, and writes the commit that could land. The objects are in the user's repository; no ref holds them yet.</summary>
    public async Task<MergeOutcome> MergeAsync(MergeRequest request, CancellationToken cancellation = default)
    {
        var merged = await MergeTreesAsync(request.Onto, request.Head, Objects(), cancellation);
        if (merged.Outcome is { } ended)
            return ended;
        try
        {
            return request.Style == MergeStyle.Rebase
                ? await new Replay(this).RunAsync(request, merged.Tree, cancellation)
                : await CommitMergeAsync(request, merged.Tree, note: null, cancellation);
        }
        catch (FailureException e)
        {
            return new MergeOutcome.Failed(e.Failure); // No identity, no key, no such author: nothing to undo, objects without a ref are nothing.
        }
    }

    internal async Task<MergeOutcome> CommitMergeAsync(MergeRequest request, string tree, string? note, CancellationToken cancellation)
    {
        var author = request.AuthorFrom is { } from ? (await Replay.ReadAsync(this, ["-1", ObjectId.Check(from)], cancellation))[0].Author : null;
        string[] parents = request.Style == MergeStyle.Merge ? [request.Onto, request.Head] : [request.Onto];
        var commit = await CommitAsync(tree, parents, request.Message, author, request.At, cancellation);
        return new MergeOutcome.Merged(commit, tree, note);
    }

    /// <summary>In whose name commits are made: the user's own identity, read once.</summary>
    /// <exception cref="FailureException"><c>no_identity</c>.</exception>
    public async Task<CommitIdentity> IdentityAsync(CancellationToken cancellation = default) =>
        // Two first callers at once both read it; they read the same.
        _identity ??= await CommitIdentity.ReadAsync(_user, cancellation);

    internal async Task<string> CommitAsync(
        string tree, IReadOnlyList<string> parents, string message, Authorship? author, DateTimeOffset at, CancellationToken cancellation, bool sign = true)
    {
        var identity = await IdentityAsync(cancellation);
        var environment = Objects();
        foreach (var (name, value) in identity.Environment(author, at))
            environment[name] = value;
        string[] signing = sign && identity.Signs && _rehearsal is null ? ["-S"] : [];
        message = message.TrimEnd('\n') + "\n";
        if (signing.Length == 0 && CommitObject.Text(tree, parents, environment, message) is { } text && await WriteAsync(text, cancellation) is { } written)
            return written;
        string[] arguments = [.. identity.SigningOptions, "commit-tree", .. signing, tree, .. parents.SelectMany(p => (string[])["-p", p]), "-F", "-"];
        var result = await GitCommand.TryAsync(Intact(), arguments, message, environment, cancellation);
        if (result.ExitCode == 0)
            return result.Text;
        var failure = GitCommand.Failed(arguments, result);
        throw new FailureException(signing.Length == 0 ? failure : CommitIdentity.SigningFailed(failure));
    }

    /// <summary>The tree of a merge; or an outcome, when it ended otherwise.</summary>
    internal async Task<(MergeOutcome? Outcome, string Tree)> MergeTreesAsync(
        string onto, string head, IReadOnlyDictionary<string, string>? environment, CancellationToken cancellation, bool withBase = false)
    {
        string[] style = withBase ? ["-c", "merge.conflictStyle=diff3"] : [];
        string[] arguments = [.. style, "merge-tree", "--write-tree", "-z", "--messages", ObjectId.Check(onto), ObjectId.Check(head)];
        var objects = environment is null ? Objects() : new Dictionary<string, string>(environment, StringComparer.Ordinal);
        objects["GIT_MERGE_VERBOSITY"] = MergeTreeOutput.Verbosity;
        var merging = GitCommand.TryAsync(Intact(), arguments, environment: objects, cancellation: cancellation);
        var looking = TreesAsync(onto, head, cancellation);
        await Task.WhenAll(merging, looking);
        var (result, looked) = (await merging, await looking);
        // "ID tree 123", or "NAME missing".
        var missing = looked.FirstOrDefault(l => l.EndsWith(" missing", StringComparison.Ordinal));
        if (missing is not null)
            return (Failed("commit_missing", $"the repository has no commit {missing.Split('^')[0]}", "'git fsck' shows what is missing"), "");
        if (!IsAnswer(result))
            return (Refused(arguments, result), "");

        var output = MergeTreeOutput.Parse(result.Output);
        if (output.MergedFolders.Count > 0)
            (result, output) = await WithAttributesAsync(onto, arguments, objects, (result, output), cancellation);
        if (!IsAnswer(result))
            return (Refused(arguments, result), "");
        if (result.ExitCode == 1 || output.Paths.Count > 0)
            return (new MergeOutcome.Conflicted(output.Paths, output.Messages, output.Tree), "");
        return looked[0].StartsWith(output.Tree, StringComparison.Ordinal) ? (new MergeOutcome.AlreadyIn(output.Tree), output.Tree) : (null, output.Tree);
    }

    /// <summary>
    /// Merges again where the target's attributes have a say in how contents are merged. They rarely have, and finding that out beforehand would
    /// take reading the whole tree; so the first merge tells of which folders they would have to be.
    /// </summary>
    private async Task<(CommandResult Result, MergeTreeOutput Output)> WithAttributesAsync(
        string onto, string[] arguments, Dictionary<string, string> objects, (CommandResult Result, MergeTreeOutput Output) merge, CancellationToken cancellation)
    {
        var folders = new HashSet<string>(StringComparer.Ordinal);
        // Another way to merge one file may, through renames, lead to others in yet other folders; every round adds some, or is the last.
        while (IsAnswer(merge.Result) && !folders.IsSupersetOf(merge.Output.MergedFolders))
        {
            folders.UnionWith(merge.Output.MergedFolders);
            var files = await TargetAttributes.ReadAsync(this, onto, folders, cancellation);
            if (files.Count == 0)
                break;
            merge.Result = await InAttributesAsync(
                files, objects, (checkout, environment) => GitCommand.TryAsync(checkout, arguments, environment: environment, cancellation: cancellation), cancellation);
            if (IsAnswer(merge.Result))
                merge.Output = MergeTreeOutput.Parse(merge.Result.Output);
        }

        return merge;
    }

    // A driver runs in this folder and may leave files there, so it is not the control repository itself.
    private async Task<T> InAttributesAsync<T>(
        IReadOnlyList<AttributesFile> files,
        IReadOnlyDictionary<string, string> environment,
        Func<string, IReadOnlyDictionary<string, string>, Task<T>> merge,
        CancellationToken cancellation)
    {
        _drivers ??= await MergeDrivers.ReadAsync(_user, user: null, cancellation);
        var checkout = Path.Combine(ControlFolder.Trials(Intact()), Guid.NewGuid().ToString("n"));
        Directory.CreateDirectory(checkout);
        try
        {
            TargetAttributes.Write(checkout, files);
            return await merge(checkout, new Dictionary<string, string>([.. environment, .. _drivers], StringComparer.Ordinal) { ["GIT_WORK_TREE"] = checkout });
        }
        finally
        {
            ControlFolder.Delete(checkout);
        }
    }

    private static bool IsAnswer(CommandResult merge) => merge.ExitCode is 0 or 1 && !merge.Truncated && !merge.TimedOut;

    /// <summary>True when a commit has none of these paths; false where that is not known.</summary>
    internal async Task<bool> AllMissingAsync(string commit, IReadOnlyList<string> paths, CancellationToken cancellation) =>
        !paths.Any(p => p.Contains('\n'))
        && await _looker.AskAsync([.. paths.Select(p => $"{commit}:{p}")], cancellation) is { } answers
        && answers.All(a => a.EndsWith(" missing", StringComparison.Ordinal));

    // Git merges with an empty tree where a commit's tree is not there (before 2.44), so that is asked for by itself.
    private async Task<IReadOnlyList<string>> TreesAsync(string onto, string head, CancellationToken cancellation)
    {
        string[] names = [$"{onto}^{{tree}}", $"{head}^{{tree}}"];
        if (await _looker.AskAsync(names, cancellation) is { } answers)
            return answers;
        var asked = await GitCommand.TryAsync(Intact(), ["cat-file", "--batch-check"], $"{names[0]}\n{names[1]}\n", Objects(), cancellation);
        return asked.Text.Split('\n');
    }

    /// <summary>The full id of a commit's tree.</summary>
    internal async Task<string> TreeAsync(string commit, CancellationToken cancellation) => (await TreesAsync(commit, commit, cancellation))[0].Split(' ')[0];

    // Null where the kept process could not do it; commit-tree then does, or says what is wrong.
    private async Task<string?> WriteAsync(string commit, CancellationToken cancellation)
    {
        var drafts = ControlFolder.Trials(Intact());
        var draft = Path.Combine(drafts, Guid.NewGuid().ToString("n"));
        if (draft.Contains('\n'))
            return null;
        Directory.CreateDirectory(drafts);
        await File.WriteAllTextAsync(draft, commit, cancellation);
        try
        {
            return await _writer.AskAsync([draft], cancellation) is [var id] && ObjectId.IsFull(id) ? id : null;
        }
        finally
        {
            File.Delete(draft);
        }
    }

    /// <summary>Runs git in the control repository with the user's objects.</summary>
    internal Task<CommandResult> GitAsync(
        IReadOnlyList<string> arguments, CancellationToken cancellation, string? input = null, GitPlace? place = null)
    {
        var (folder, environment) = (Intact(), Objects());
        foreach (var (name, value) in place?.Environment ?? new Dictionary<string, string>(StringComparer.Ordinal))
            environment[name] = value;
        return GitCommand.TryAsync(place?.Directory ?? folder, arguments, input, environment, cancellation);
    }

    /// <summary>The same, expecting success; gives what git answers.</summary>
    /// <exception cref="FailureException"><c>git_failed</c>, or <c>git_too_much</c> where the answer does not fit.</exception>
    internal async Task<byte[]> AskAsync(IReadOnlyList<string> arguments, CancellationToken cancellation, string? input = null, GitPlace? place = null)
    {
        var result = await GitAsync(arguments, cancellation, input, place);
        if (result.ExitCode != 0)
            throw new FailureException(GitCommand.Failed(arguments, result));
        return result.Truncated
            ? throw new FailureException(new Failure(FailureCategory.Git, "git_too_much", $"git {arguments[0]} answers more than {result.Output.Length >> 20} MB", "keep generated files out of git"))
            : result.Output;
    }

    /// <summary>The user's common git folder.</summary>
    internal string Common => _common;

    /// <summary>Tutti's state folder.</summary>
    internal string State => Path.GetDirectoryName(_folder)!;

    /// <summary>Where the user's identity and settings are read.</summary>
    internal string User => _user;

    internal bool IsSha256 => _sha256;

    /// <summary>Ends the git processes kept for landing. Where nobody does, they end with Tutti, whose end closes what they read.</summary>
    public async ValueTask DisposeAsync()
    {
        await _looker.DisposeAsync();
        await _writer.DisposeAsync();
    }

    private string Intact()
    {
        ControlFolder.Ensure(_folder, _sha256);
        return _folder;
    }

    // Neither the user's nor the system's configuration: a merge gives the same tree on every machine.
    private Dictionary<string, string> Objects()
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["GIT_DIR"] = _folder,
            ["GIT_OBJECT_DIRECTORY"] = Path.Combine(_common, "objects"),
            ["GIT_CONFIG_GLOBAL"] = "/dev/null",
            ["GIT_CONFIG_NOSYSTEM"] = "1",
            ["GIT_ATTR_NOSYSTEM"] = "1",
            ["GIT_NO_REPLACE_OBJECTS"] = "1",
        };
        if (_rehearsal is not null)
        {
            environment["GIT_OBJECT_DIRECTORY"] = _rehearsal;
            environment["GIT_ALTERNATE_OBJECT_DIRECTORIES"] = Quoted(Path.Combine(_common, "objects"));
        }

        // A shallow clone's oldest commits name parents that are not there; this file says which.
        var shallow = Path.Combine(_common, "shallow");
        if (File.Exists(shallow))
            environment["GIT_SHALLOW_FILE"] = shallow;
        return environment;
    }

    // The list separator is a colon; git takes a C-style quoted path where one is in a name.
    internal static string Quoted(string path) =>
        path.Contains(Path.PathSeparator) || path.StartsWith('"') ? $"\"{path.Replace("\\", "\\\\").Replace("\"", "\\\"")}\"" : path;

    private static MergeOutcome.Failed Refused(string[] arguments, CommandResult result) =>
        result.Error.Contains("refusing to merge unrelated histories", StringComparison.Ordinal)
            ? Failed(FailureCode.UnrelatedHistories, "the branch has no commit in common with the target", "start it from the target, or merge it by hand: git merge --allow-unrelated-histories")
            : new MergeOutcome.Failed(GitCommand.Failed(arguments, result));

    private static MergeOutcome.Failed Failed(string code, string message, string hint) => new(new Failure(FailureCategory.Git, code, message, hint));
}

/// <summary>Where a git call of the control repository works, when not in its own folder.</summary>
/// <param name="Directory">The working folder.</param>
/// <param name="Environment">Variables that say which files it works on.</param>
internal sealed record GitPlace(string Directory, IReadOnlyDictionary<string, string> Environment);
