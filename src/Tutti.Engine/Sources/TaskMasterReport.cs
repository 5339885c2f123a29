using System.Globalization;
using Tutti.Core;

namespace Tutti.Engine.Sources;

/// <summary>
/// Complexity as Task Master's analysis found it, in <c>.taskmaster/reports/task-complexity-report.json</c>, or
/// <c>…-report_TAG.json</c> for another tag than master.
/// <code>{"meta": {…}, "complexityAnalysis": [{"taskId": 3, "complexityScore": 7.5, "recommendedSubtasks": 4, …}]}</code>
/// </summary>
internal static class TaskMasterReport
{
    /// <summary>Score by task id; empty without a report. A broken one counts as none: it only orders tasks, and can be made again.</summary>
    public static IReadOnlyDictionary<string, int> Read(string file, string? tag)
    {
        var suffix = tag is null or "master" ? "" : $"_{tag}";
        var folder = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(file))!, "..", "reports");
        var scores = new Dictionary<string, int>(StringComparer.Ordinal);
        // A tag is a name from the file: it must not lead out of the folder.
        if (suffix.Contains('/'))
            return scores;
        try
        {
            if (SourceFile.Find(folder, $"task-complexity-report{suffix}.json") is not { } report)
                return scores;
            using var json = JsonSource.Parse(SourceFile.Read(report), report);
            foreach (var entry in JsonSource.Items(json.Root, "complexityAnalysis"))
            {
                if (Score(JsonSource.Text(entry, "complexityScore")) is { } score)
                    scores[JsonSource.Text(entry, "taskId")] = score;
            }
        }
        catch (FailureException)
        {
            scores.Clear();
        }

        return scores;
    }

    /// <summary>A score as written, rounded and brought into 1 to 10; null when it is no number.</summary>
    public static int? Score(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var score) && double.IsFinite(score)
            ? (int)Math.Clamp(Math.Round(score, MidpointRounding.AwayFromZero), 1, 10)
            : null;
}
