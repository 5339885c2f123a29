using System.Text.Json;
using System.Text.Json.Nodes;
using Tutti.Core;
using Tutti.Core.Session;

namespace Tutti.Engine.Journal;

/// <summary>
/// What a person attaches to a bug: written when a conductor ends by a defect. Known secrets are masked before it is written;
/// the session itself is untouched and resumes.
/// </summary>
public static class ErrorReport
{
    // The last events tell what led to it; the journal has the others.
    private const int EventsKept = 50;

    /// <summary>Writes <c>error-TIME.json</c> into the session's folder.</summary>
    /// <param name="folder">The session's.</param>
    /// <param name="exception">What ended the conductor.</param>
    /// <param name="state">The session as last decided, if it had begun.</param>
    /// <param name="version">Tutti's own version.</param>
    /// <param name="now">The time.</param>
    /// <returns>The file's path.</returns>
    public static string Write(SessionFolder folder, Exception exception, SessionState? state, string version, DateTimeOffset now)
    {
        var failure = (exception as FailureException)?.Failure;
        var report = new JsonObject
        {
            ["version"] = 1,
            ["id"] = Guid.NewGuid().ToString("n"),
            ["at"] = now.UtcDateTime.ToString("O"),
            ["tutti"] = version,
            ["system"] = System.Runtime.InteropServices.RuntimeInformation.OSDescription,
            ["runtime"] = Environment.Version.ToString(),
            ["severity"] = FailurePolicy.SeverityOf(failure ?? Defect).ToString().ToLowerInvariant(),
            ["category"] = (failure?.Category ?? FailureCategory.Internal).ToString().ToLowerInvariant(),
            ["code"] = failure?.Code ?? "bug",
            ["message"] = exception.Message,
            ["cause"] = exception.ToString(),
            ["recoverable"] = true,
            ["retry_count"] = state?.Tasks.Values.Sum(t => t.Failures) ?? 0,
            ["facts"] = failure?.Context,
            ["hint"] = $"'tutti resume {folder.Id}' takes the session up",
            ["correlation"] = folder.Id,
            ["context"] = Context(state),
            ["events"] = new JsonArray([.. LastLines(folder.Journal).Select(Event)]),
        };
        var path = folder.File($"error-{now.UtcDateTime:yyyyMMdd-HHmmss-fff}.json");
        File.WriteAllText(path, Secrets.Known(state?.Settings).Mask(report.ToJsonString(new JsonSerializerOptions { WriteIndented = true })));
        return path;
    }

    private static readonly Failure Defect = new(FailureCategory.Internal, "bug", "a defect of tutti itself", "'tutti resume' goes on; please report it with this file");

    private static JsonObject? Context(SessionState? state) => state is null ? null : new JsonObject
    {
        ["session"] = state.Id,
        ["seq"] = state.Seq,
        ["status"] = state.Status.ToString().ToLowerInvariant(),
        ["landing"] = $"{state.Landing.Queue.Count} queued, train {string.Join(' ', state.Landing.Train)}, {state.Landing.Suspects.Count} suspect group(s), {state.Landing.Checks.Count} test(s), moving to {state.Landing.Moving?.Commit}",
        ["tasks"] = new JsonArray([.. state.Tasks.Values.Where(t => t.Step != Step.None).Select(t => (JsonNode)$"{t.Id}: {t.Phase} {t.Stage} {t.Step}, attempt {t.Attempts.Count}")]),
    };

    // As it stands in the journal, so that a person can read it; a last line that is half-written as text.
    private static JsonNode? Event(string line)
    {
        try
        {
            return JsonNode.Parse(line);
        }
        catch (JsonException)
        {
            return line;
        }
    }

    private static IEnumerable<string> LastLines(string path) => File.Exists(path) ? File.ReadLines(path).TakeLast(EventsKept) : [];
}
