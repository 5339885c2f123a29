using System.Text.RegularExpressions;

namespace Tutti.Tests.Tidy;

/// <summary>What no tracked file says, whatever its language.</summary>
public static partial class Texts
{
    /// <summary>Unfinished work is finished or left out; a plan for later belongs in the documents.</summary>
    public static IEnumerable<Finding> StubMarks(SourceFile file) =>
        IsTidy(file) || file.Path == ".editorconfig"
            ? []
            : file.Find(file.Text, Stub(), match => $"{match.Value}: finish it, or leave it out");

    /// <summary>Paths of one machine work on one machine. Invented homes (user, me, ada) may stand in examples and tests.</summary>
    public static IEnumerable<Finding> MachinePaths(SourceFile file) =>
        IsTidy(file) ? [] : file.Find(file.Text, MachinePath(), match => $"{match.Value}: a path of one machine; make it relative, or take it from the environment");

    /// <summary>Manifests and lock files take packages from whatever registry the user configured.</summary>
    public static IEnumerable<Finding> Hosts(SourceFile file) =>
        IsManifest(file) ? file.Find(file.Text, Url(), match => $"{match.Value}: manifests and lock files name no host") : [];

    /// <summary>One place for versions, so that two projects cannot disagree.</summary>
    public static IEnumerable<Finding> PackageVersions(SourceFile file) =>
        file.Path.EndsWith(".csproj", StringComparison.Ordinal)
            ? file.Find(file.Text, InlineVersion(), _ => "put the version into Directory.Packages.props")
            : [];

    // The rules' own texts and samples name what they forbid.
    private static bool IsTidy(SourceFile file) => file.Under("tests/Tutti.Tests/Tidy/");

    private static bool IsManifest(SourceFile file) => ManifestName().IsMatch(file.Path);

    [GeneratedRegex(@"\b(TODO|FIXME|XXX|HACK)\b(?!-|\.md\b)|\bNotImplementedException\b", RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex Stub();

    [GeneratedRegex(@"(?<![\w.$}~-])(/home/(?!(user|me|ada|u)\b)[a-z][\w-]*|/Users/(?!(user|me|ada)\b)\w+|/root\b|/work/(main|shared)\b|/tmp/h/|C:\\Users\\\w+)", RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex MachinePath();

    [GeneratedRegex(@"(^|/)(packages\.lock\.json|package(-lock)?\.json|nuget\.config|global\.json|Directory\.\w+\.(props|targets)|[\w.]+\.(csproj|slnx|props|targets))$", RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, 5000)]
    private static partial Regex ManifestName();

    [GeneratedRegex(@"\b(https?|ssh|git)://[^\s""<]+", RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex Url();

    [GeneratedRegex(@"<PackageReference\b[^>]*\b(Version|VersionOverride)\s*=|<PackageVersion\b", RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex InlineVersion();
}
