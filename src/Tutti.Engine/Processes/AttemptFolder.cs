using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Tutti.Engine.Host;
using Tutti.Engine.Journal;

namespace Tutti.Engine.Processes;

/// <summary>
/// The folder of one attempt, <c>SESSION/attempts/TASK/NN-STAGE</c>: all that outlives the conductor. Who reads it may
/// come later than who wrote it, so every file is complete or absent (written beside, then renamed), but for the two that grow.
/// </summary>
/// <param name="Path">Absolute path.</param>
public sealed record AttemptFolder(string Path)
{
    // One after the other: many agents may end in one moment, and each has windows of text in memory.
    private static readonly SemaphoreSlim Covering = new(1);

    // Longer ids are cut: a path segment holds 255 bytes, and the hash tells them apart.
    private const int LongestSegment = 60;

    public string Request => In("request.json");
    public string Prompt => In("prompt.md");
    public string Stdout => In("stdout");
    public string Stderr => In("stderr");
    public string Process => In("process.json");
    public string Exit => In("exit.json");
    public string Result => In("result.json");

    /// <summary>The JSON schema the agent answers in, for agents that read it from a file.</summary>
    public string Schema => In("schema.json");

    /// <summary>The agent's own configuration directory, where it can have one (P11); holds its record of the conversation.</summary>
    public string Agent => In("agent");

    /// <summary>Temporary files of agents that leave large ones; removed when the attempt is over.</summary>
    public string Temporary => In("tmp");

    /// <summary>The folder's place inside a session's folder, for any task id however hostile; nothing is created.</summary>
    public static AttemptFolder Of(string sessionFolder, string task, int number, string stage) =>
        new(System.IO.Path.Combine(sessionFolder, "attempts", Segment(task), $"{number:00}-{stage}"));

    /// <summary>Creates the folder, readable by the user only: output may hold secrets.</summary>
    public AttemptFolder Create()
    {
        if (OperatingSystem.IsWindows())
            throw new PlatformNotSupportedException("attempts need a POSIX system");
        Directory.CreateDirectory(Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return this;
    }

    /// <summary>Replaces <c>prompt.md</c>; a secret in it is masked, for it would be kept, and sent to a provider.</summary>
    public void WritePrompt(string text) => Replace(Prompt, Encoding.UTF8.GetBytes(Secrets.OfProcess.Mask(text)));

    /// <summary>Replaces <c>schema.json</c>.</summary>
    public void WriteSchema(string json) => Replace(Schema, Encoding.UTF8.GetBytes(json));

    /// <summary>Writes what was asked for to <c>request.json</c>, for people and for later; never the environment, which holds secrets, nor a secret among the arguments.</summary>
    public void WriteRequest(AttemptCommand command) =>
        Replace(Request, Encoding.UTF8.GetBytes(Secrets.OfProcess.Mask(JsonSerializer.Serialize(AttemptNote.Of(command), AttemptJson.Default.AttemptNote))));

    /// <summary>Overwrites secrets in what the agent has printed, and in its result, where they stand; for an attempt that is over and has been read.</summary>
    /// <exception cref="UnauthorizedAccessException">One of the files may not be written.</exception>
    public async Task CoverSecretsAsync(Secrets secrets, CancellationToken cancellation)
    {
        await Covering.WaitAsync(cancellation);
        try
        {
            foreach (var file in new[] { Stdout, Stderr, Result })
                OutputCover.Rewrite(file, secrets);
        }
        finally
        {
            Covering.Release();
        }
    }

    /// <summary>Removes what the agent left in <see cref="Temporary"/>, as far as that can be done.</summary>
    public void RemoveTemporary()
    {
        try
        {
            if (Directory.Exists(Temporary))
                Directory.Delete(Temporary, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It goes with the session's folder; a few megabytes until then harm nobody.
        }
    }

    // An id that could mean another path, or that differs from another only by case, gets a hash of itself.
    private static string Segment(string task)
    {
        var plain = task.Length is > 0 and <= LongestSegment && task[0] != '.' && task.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '.' or '-' or '_');
        if (plain)
            return task;
        var slug = new string([.. task.ToLowerInvariant().Select(c => char.IsAsciiLetterOrDigit(c) ? c : '-').Take(LongestSegment)]).Trim('-');
        return $"{slug}~{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(task)).AsSpan(0, 5))}";
    }

    private static void Replace(string path, ReadOnlySpan<byte> bytes)
    {
        var beside = $"{path}.{Environment.ProcessId}-{Guid.NewGuid():n}.new";
        Failpoint.At("attempt-file.write");
        File.WriteAllBytes(beside, bytes);
        Failpoint.At("attempt-file.written");
        File.Move(beside, path, overwrite: true);
    }

    private string In(string name) => System.IO.Path.Combine(Path, name);
}

/// <summary>The content of <c>request.json</c>.</summary>
/// <param name="Session">Session id.</param>
/// <param name="Task">Task id as the plan has it.</param>
/// <param name="Stage">Stage word.</param>
/// <param name="Attempt">Number of the attempt.</param>
/// <param name="Program">What was run.</param>
/// <param name="Arguments">Its arguments.</param>
/// <param name="Directory">Its working folder.</param>
public sealed record AttemptNote(
    string? Session, string? Task, string? Stage, string? Attempt, string Program, IReadOnlyList<string> Arguments, string Directory)
{
    internal static AttemptNote Of(AttemptCommand command)
    {
        string? Mark(string name) => command.Environment.GetValueOrDefault(name);
        return new AttemptNote(
            Mark(AttemptMarks.Session), Mark(AttemptMarks.Task), Mark(AttemptMarks.Stage), Mark(AttemptMarks.Attempt),
            command.Program, command.Arguments, command.Directory);
    }
}
