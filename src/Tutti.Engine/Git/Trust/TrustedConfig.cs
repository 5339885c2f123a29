using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Tutti.Core;

namespace Tutti.Engine.Git.Trust;

/// <summary>
/// What a repository's own configuration made git run when a session began: the user's word. What it says more or otherwise later, an
/// agent may have planted, and Tutti's git does not run it (PITFALLS P23).
/// </summary>
/// <param name="Hash">Of the common configuration file, so that an unchanged one needs no git to be read.</param>
/// <param name="Programs">The keys concerned, with all their values.</param>
internal sealed record TrustedConfig(string Hash, IReadOnlyDictionary<string, IReadOnlyList<string>> Programs)
{
    private const string FileName = "git-programs.json";

    // By common git folder. A process conducts one session or a few.
    private static readonly ConcurrentDictionary<string, TrustedConfig> Known = new(StringComparer.Ordinal);

    /// <summary>True where this process has been told of some repository's.</summary>
    public static bool IsAnyKnown => !Known.IsEmpty;

    /// <summary>What is trusted of a repository; null where nobody has said.</summary>
    public static TrustedConfig? Of(string common) => Known.GetValueOrDefault(common);

    /// <summary>Takes the configuration as it is now for the user's, before any agent of a session that may follow has begun: one that plans.</summary>
    public static async Task BeginAsync(Repository repository, CancellationToken cancellation) => Known[repository.CommonDirectory] = await ReadAsync(repository, cancellation);

    /// <summary>
    /// Takes the configuration as it is now, or as it was begun with, for the user's, and keeps it in a folder; where the folder has one from before, that one
    /// counts, except for whose commits are: a person may have mended that meanwhile. From now on every git of this process goes by it.
    /// </summary>
    /// <param name="repository">The user's repository.</param>
    /// <param name="folder">The session's.</param>
    /// <param name="cancellation">Ends git.</param>
    /// <exception cref="FailureException"><c>git_programs_damaged</c>: nobody knows any more what was the user's word.</exception>
    public static async Task OpenAsync(Repository repository, string folder, CancellationToken cancellation)
    {
        var file = Path.Combine(folder, FileName);
        if (File.Exists(file))
        {
            var kept = Parse(await File.ReadAllTextAsync(file, cancellation), file);
            Known[repository.CommonDirectory] = kept.WithIdentityOf(await ReadAsync(repository, cancellation));
            return;
        }

        var trusted = Of(repository.CommonDirectory) ?? await ReadAsync(repository, cancellation);
        await WriteAsync(file, JsonSerializer.Serialize(trusted, TrustJson.Default.TrustedConfig), cancellation);
        Known[repository.CommonDirectory] = trusted;
    }

    private static TrustedConfig Parse(string text, string file)
    {
        try
        {
            if (JsonSerializer.Deserialize(text, TrustJson.Default.TrustedConfig) is { } kept)
                return kept;
        }
        catch (JsonException)
        {
            // Lost with the power, or written over: what it said is not guessed at.
        }

        throw FailureException.Environment(
            "git_programs_damaged",
            $"{file} does not say any more what git ran here when the session began",
            "look whether git's configuration is as you want it (git config --local --list), remove that file, then 'tutti resume'");
    }

    private static async Task<TrustedConfig> ReadAsync(Repository repository, CancellationToken cancellation) =>
        new(HashOf(repository.CommonDirectory), (await GitCommand.ProgramsAsync(repository.Folder, cancellation)).Own);

    private TrustedConfig WithIdentityOf(TrustedConfig now) => now.Hash == Hash ? this : new TrustedConfig(
        "",
        Programs.Where(p => !GitPrograms.IsOfIdentity(p.Key)).Concat(now.Programs.Where(p => GitPrograms.IsOfIdentity(p.Key))).ToDictionary(StringComparer.Ordinal));

    /// <summary>True where the files that git reads for a folder certainly say what they said: no process is needed to know.</summary>
    /// <param name="git">The folder's own git folder.</param>
    /// <param name="common">The common one.</param>
    public bool IsAsItWas(string git, string common) =>
        Hash.Length > 0 && !File.Exists(Path.Combine(git, "config.worktree")) && HashOf(common) == Hash;

    // Empty where other files have a say, which may change by themselves.
    private static string HashOf(string common)
    {
        var bytes = File.Exists(Path.Combine(common, "config")) ? File.ReadAllBytes(Path.Combine(common, "config")) : [];
        return System.Text.Encoding.UTF8.GetString(bytes).Contains("include", StringComparison.OrdinalIgnoreCase) ? "" : Convert.ToHexStringLower(SHA256.HashData(bytes));
    }

    // A remote's address may hold a password: the file is the user's alone, as git's own should be.
    private static async Task WriteAsync(string file, string text, CancellationToken cancellation)
    {
        var draft = file + ".new";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        await using (var writer = new StreamWriter(draft, options))
            await writer.WriteAsync(text.AsMemory(), cancellation);
        File.Move(draft, file, overwrite: true);
    }
}

[JsonSourceGenerationOptions(RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(TrustedConfig))]
internal sealed partial class TrustJson : JsonSerializerContext;
