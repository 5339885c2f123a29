using System.Text.Json;
using System.Text.Json.Serialization;
using Tutti.Engine.Git.Work;

namespace Tutti.Engine.Git.Cleanup;

/// <summary>Why a task's work was kept, and how to get at it; <c>SESSION/preserved/TASK.json</c>.</summary>
/// <param name="Version">1.</param>
/// <param name="Task">The task's id.</param>
/// <param name="Session">The session's id.</param>
/// <param name="Why">A code of <see cref="Core.Landing.CleanupDecision.Why"/>.</param>
/// <param name="At">When it was written.</param>
/// <param name="Branch">The branch, short.</param>
/// <param name="Head">Its commit; null when the branch is gone.</param>
/// <param name="Slot">The slot's folder; null when there is none.</param>
/// <param name="DirtyPaths">Some of the uncommitted paths in the slot.</param>
/// <param name="Commands">What a person can type to see and take the work.</param>
public sealed record PreservationRecord(
    int Version,
    string Task,
    string Session,
    string Why,
    DateTimeOffset At,
    string Branch,
    string? Head,
    string? Slot,
    IReadOnlyList<string> DirtyPaths,
    IReadOnlyList<string> Commands)
{
    /// <summary>The record of a judged branch that is not cleaned away.</summary>
    /// <param name="session">The session's id.</param>
    /// <param name="task">The task's id.</param>
    /// <param name="judged">A judgement whose decision preserves.</param>
    /// <param name="slot">The slot's folder, or null.</param>
    /// <param name="target">The target branch, short.</param>
    /// <param name="at">Now.</param>
    public static PreservationRecord Of(string session, string task, BranchJudgement judged, string? slot, string target, DateTimeOffset at)
    {
        var branch = judged.Branch.StartsWith("refs/heads/", StringComparison.Ordinal) ? judged.Branch[11..] : judged.Branch;
        var commands = new List<string>();
        if (judged.Head is not null)
        {
            commands.Add($"git log -p {Quote($"{target}..{branch}")}");
            commands.Add($"git merge {Quote(branch)}");
        }

        if (slot is not null && judged.DirtyPaths.Count > 0)
            commands.Add($"git -C {Quote(slot)} status");
        return new PreservationRecord(
            1, task, session, judged.Decision.Why ?? "kept", at, branch, judged.Head, judged.Decision.ReleaseSlot ? null : slot, judged.DirtyPaths, commands);
    }

    // For a POSIX shell; a branch name may hold quotes and dollars.
    private static string Quote(string text) =>
        text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '/') ? text : $"'{text.Replace("'", "'\\''")}'";
}

/// <summary>The preservation records of one session.</summary>
/// <param name="sessionFolder">The session's state folder.</param>
public sealed class PreservationStore(string sessionFolder)
{
    private readonly string _folder = Path.Combine(sessionFolder, "preserved");

    /// <summary>Writes a record by rename, replacing an earlier one of the task.</summary>
    public async Task WriteAsync(PreservationRecord record, CancellationToken cancellation = default)
    {
        Directory.CreateDirectory(_folder);
        var draft = Path.Combine(_folder, $".{Guid.NewGuid():n}");
        await File.WriteAllBytesAsync(draft, JsonSerializer.SerializeToUtf8Bytes(record, PreservationJson.Default.PreservationRecord), cancellation);
        File.Move(draft, PathOf(record.Task), overwrite: true);
    }

    /// <summary>All records, by file name; one that cannot be read is left out.</summary>
    public async Task<IReadOnlyList<PreservationRecord>> ReadAllAsync(CancellationToken cancellation = default)
    {
        if (!Directory.Exists(_folder))
            return [];
        var records = new List<PreservationRecord>();
        foreach (var file in Directory.EnumerateFiles(_folder, "*.json").Order(StringComparer.Ordinal))
        {
            try
            {
                if (JsonSerializer.Deserialize(await File.ReadAllBytesAsync(file, cancellation), PreservationJson.Default.PreservationRecord) is { Version: 1 } record)
                    records.Add(record);
            }
            catch (JsonException)
            {
                // Edited by hand, or of a later version. The branch and the slot it speaks of are there all the same.
            }
        }

        return records;
    }

    /// <summary>Forgets a task's record, once its work is cleaned away.</summary>
    public void Remove(string task)
    {
        if (Directory.Exists(_folder))
            File.Delete(PathOf(task));
    }

    private string PathOf(string task) => Path.Combine(_folder, AttemptRef.Segment(task) + ".json");
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(PreservationRecord))]
internal sealed partial class PreservationJson : JsonSerializerContext;
