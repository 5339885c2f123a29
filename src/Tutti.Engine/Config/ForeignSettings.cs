using Tutti.Core;
using Tutti.Engine.Documents;

namespace Tutti.Engine.Config;

/// <summary>
/// Other tools' files, read so that people who come from there need nothing new (SPEC 5). They are not ours: keys we do not
/// know are none of our business, and a value we cannot use becomes a note instead of an error.
/// </summary>
internal static class ForeignSettings
{
    // .claude/auto-context.yaml (seed 004):
    //   parallelization: { enabled: true, min_tasks: 3, max_agents: 5, auto_cleanup: true, retry_on_failure: 3 }
    // .taskmaster/parallel-dev.config.yaml (seed 000 names it, no seed shows it): the same, also at the top level, and
    //   review_mode: strict, branch_pattern: "feature/task-{id}", display_mode: compact, profile: ci
    private const string Block = "parallelization";

    private static readonly Schema<Draft> Parallelization = new(
        new("enabled", (draft, node) => draft with { Settings = draft.Settings with { Parallel = node.Flag() } }),
        Renamed("min_tasks", "min_tasks"),
        Renamed("max_agents", "max_agents"),
        Renamed("auto_cleanup", "auto_cleanup"),
        new("retry_on_failure", (draft, node) => draft with { Settings = WithRetries(draft.Settings, node) }));

    private static readonly Schema<Draft> ParallelDev = new(
    [
        .. Parallelization.Keys,
        Renamed("review_mode", "review"),
        Renamed("branch_pattern", "branch"),
        Renamed("display_mode", "display"),
    ]);

    public static Draft ReadAutoContext(Node document, Draft draft, Action<Failure> note) =>
        Parallelization.ReadLeniently((document as Mapping)?[Block], draft, note);

    public static Draft ReadParallelDev(Node document, Draft draft, Action<Failure> note) =>
        ParallelDev.ReadLeniently((document as Mapping)?[Block], ParallelDev.ReadLeniently(document, draft, note), note);

    /// <summary>The profile such a file names; one that is no single word is passed over.</summary>
    public static Scalar? ProfileOf(Node document) =>
        ((document as Mapping)?[Block] as Mapping)?[SettingsSchema.ProfileKey] as Scalar ?? (document as Mapping)?[SettingsSchema.ProfileKey] as Scalar;

    private static Key<Draft> Renamed(string theirs, string ours) =>
        new(theirs, SettingsSchema.Profile.Keys.Single(key => key.Name == ours).Apply);

    // Theirs counts what comes after a failure, and may be 0; ours counts attempts.
    private static Settings WithRetries(Settings settings, Node node) =>
        settings with { Limits = settings.Limits with { Retries = Math.Max(1, node.WholeNumber(0, 50)) } };
}
