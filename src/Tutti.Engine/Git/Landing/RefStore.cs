using System.Text;
using Tutti.Core;

namespace Tutti.Engine.Git.Landing;

/// <summary>One change of one ref, which happens only if the ref is where it is expected to be.</summary>
/// <param name="Name">The full name, <c>refs/…</c>.</param>
/// <param name="Old">What it must hold now; null when it must not exist.</param>
/// <param name="New">What it will hold; null to delete it.</param>
public sealed record RefChange(string Name, string? Old, string? New)
{
    public static RefChange Create(string name, string id) => new(name, null, id);

    public static RefChange Update(string name, string old, string id) => new(name, old, id);

    public static RefChange Delete(string name, string old) => new(name, old, null);
}

/// <summary>A ref and the object it points at.</summary>
public sealed record NamedRef(string Name, string Id);

/// <summary>Reads and writes refs of one repository; every write is a compare-and-swap, and several are all or nothing.</summary>
/// <param name="directory">The common git folder, or any checkout of the repository.</param>
public sealed class RefStore(string directory)
{
    /// <summary>What to do about a ref that another git has locked.</summary>
    internal const string Unlock = "if no other git is at work there, remove the lock file that is named, then 'tutti resume'";

    /// <summary>Applies all changes in one transaction. Null when done; otherwise nothing was changed.</summary>
    /// <returns>
    /// <c>ref_moved</c> (a ref was not as expected), <c>ref_locked</c> (another process writes it, or died writing), or <c>git_failed</c>.
    /// </returns>
    public async Task<Failure?> ApplyAsync(IReadOnlyList<RefChange> changes, string reason = "tutti", CancellationToken cancellation = default)
    {
        if (changes.Count == 0)
            return null;
        // --no-deref: a symbolic ref in our names would otherwise redirect the write.
        string[] arguments = ["update-ref", "-m", reason, "--no-deref", "--stdin", "-z"];
        var result = await GitCommand.TryAsync(directory, arguments, Script(changes), cancellation: cancellation);
        if (result.ExitCode == 0)
            return null;
        return Classify(result.Error) is var (code, hint)
            ? new Failure(FailureCategory.Git, code, result.Error.Split('\n')[0].Trim(), hint, result.Error.Trim())
            : GitCommand.Failed(arguments, result);
    }

    /// <summary>What a ref points at, or null.</summary>
    public async Task<string?> ReadAsync(string name, CancellationToken cancellation = default) =>
        (await ListAsync(name, cancellation)).FirstOrDefault(r => r.Name == name)?.Id;

    /// <summary>All refs that are <paramref name="prefix"/> or below it, or that it matches as a pattern of <c>git for-each-ref</c>, by name.</summary>
    public async Task<IReadOnlyList<NamedRef>> ListAsync(string prefix, CancellationToken cancellation = default)
    {
        // A ref's name holds no space and no newline, so lines are safe here.
        var text = await GitCommand.RunAsync(
            directory, ["for-each-ref", "--format=%(objectname) %(refname)", GitCommand.EndOfOptions, prefix.TrimEnd('/')], cancellation: cancellation);
        return [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.Split(' ', 2)).Select(p => new NamedRef(p[1], p[0]))];
    }

    private static string Script(IReadOnlyList<RefChange> changes)
    {
        var script = new StringBuilder();
        foreach (var (name, old, id) in changes)
        {
            if (name.Contains('\0') || !name.StartsWith("refs/", StringComparison.Ordinal))
                throw new ArgumentException($"'{name}' is no full ref name", nameof(changes));
            _ = (old, id) switch
            {
                (null, { } to) => script.Append($"create {name}\0{ObjectId.Check(to)}\0"),
                ({ } from, null) => script.Append($"delete {name}\0{ObjectId.Check(from)}\0"),
                ({ } from, { } to) => script.Append($"update {name}\0{ObjectId.Check(to)}\0{ObjectId.Check(from)}\0"),
                _ => throw new ArgumentException($"the change of '{name}' neither creates, moves nor deletes it", nameof(changes)),
            };
        }

        return script.ToString();
    }

    // fatal: cannot lock ref 'refs/x': is at A but expected B | reference already exists | unable to resolve reference 'refs/x'
    // fatal: cannot lock ref 'refs/x': Unable to create '/r/.git/refs/x.lock': File exists.
    private static (string Code, string Hint)? Classify(string error)
    {
        if (error.Contains(".lock': File exists", StringComparison.Ordinal))
            return ("ref_locked", Unlock);
        return error.Contains("but expected", StringComparison.Ordinal)
            || error.Contains("reference already exists", StringComparison.Ordinal)
            || error.Contains("unable to resolve reference", StringComparison.Ordinal)
            || error.Contains("reference is missing but expected", StringComparison.Ordinal)
            ? ("ref_moved", "somebody else moved it; nothing was overwritten, and 'tutti resume' looks again")
            : null;
    }
}
