using System.Text.Json;
using System.Text.Json.Serialization;
using Tutti.Core.Plan;
using Tutti.Core.Session;

namespace Tutti.Core.Views;

/// <summary>An enum in JSON as screens write it, see <see cref="Words.Of{T}(T)"/>.</summary>
public sealed class WordConverter<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.KebabCaseLower, allowIntegerValues: false)
    where T : struct, Enum;

/// <summary>
/// The JSON of all views, generated at build time: a statusline asks for it many times a minute, and reflection alone would
/// cost more than the rest of the command. Nulls are written, so that every name of SPEC 6 is always there.
/// </summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    WriteIndented = true,
    Converters =
    [
        typeof(WordConverter<ShownStatus>),
        typeof(WordConverter<TaskPhase>),
        typeof(WordConverter<Stage>),
        typeof(WordConverter<Priority>),
        typeof(WordConverter<FailureCategory>),
        typeof(WordConverter<FailureSeverity>),
        typeof(WordConverter<IssueKind>),
        typeof(WordConverter<Pulse>),
    ])]
[JsonSerializable(typeof(StatusView))]
[JsonSerializable(typeof(ReportView))]
[JsonSerializable(typeof(PlanView))]
[JsonSerializable(typeof(IssuesView))]
[JsonSerializable(typeof(ResourcesView))]
[JsonSerializable(typeof(TaskView))]
public sealed partial class ViewJson : JsonSerializerContext;
