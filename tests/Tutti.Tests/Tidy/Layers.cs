using System.Text.RegularExpressions;

namespace Tutti.Tests.Tidy;

/// <summary>Tutti → Engine → Core, in project files and in code; and a namespace is its folder.</summary>
public static partial class Layers
{
    private static readonly Dictionary<string, string[]> MayReference = new(StringComparer.Ordinal)
    {
        ["src/Tutti.Core/"] = [],
        ["src/Tutti.Engine/"] = ["Tutti.Core"],
        ["src/Tutti.Cluster/"] = ["Tutti.Core", "Tutti.Engine"],
        ["src/Tutti/"] = ["Tutti.Core", "Tutti.Engine", "Tutti.Cluster"],
    };

    private static readonly string[] Inner = ["Tutti.Core", "Tutti.Engine", "Tutti.Cluster"];

    public static IEnumerable<Finding> CheckProject(SourceFile file) =>
        Allowed(file) is not { } allowed
            ? []
            : file.Find(file.Text, ProjectReference(), match => $"references {match.Groups["name"].Value}; the direction is Tutti → Engine → Core")
                .Where(finding => !allowed.Any(name => finding.Message.StartsWith($"references {name};", StringComparison.Ordinal)));

    /// <summary>Core has no packages: whatever it needs, it can be given.</summary>
    public static IEnumerable<Finding> CheckCorePackages(SourceFile file) =>
        file.Path == "src/Tutti.Core/Tutti.Core.csproj"
            ? file.Find(file.Text, PackageReference(), _ => "Core has no packages; put what needs one into the engine")
            : [];

    public static IEnumerable<Finding> CheckUse(SourceFile file)
    {
        if (Allowed(file) is not { } allowed)
            return [];
        var own = file.Path.Split('/')[1];
        var foreign = Inner.Where(name => name != own && !allowed.Contains(name, StringComparer.Ordinal));
        return foreign.SelectMany(name => file.Find(
            file.Code,
            new Regex($@"\b{Regex.Escape(name)}\b", RegexOptions.None, TimeSpan.FromSeconds(5)),
            _ => $"uses {name}; the direction is Tutti → Engine → Core"));
    }

    public static IEnumerable<Finding> CheckNamespace(SourceFile file)
    {
        var parts = file.Path.Split('/');
        var expected = string.Join('.', parts[1..^1]);
        return Namespace().Match(file.Code) is { Success: true } match && match.Groups["name"].Value != expected
            ? [new Finding(file.Path, file.LineAt(match.Index), $"namespace {match.Groups["name"].Value}; its folder says {expected}")]
            : [];
    }

    private static string[]? Allowed(SourceFile file) =>
        MayReference.FirstOrDefault(pair => file.Path.StartsWith(pair.Key, StringComparison.Ordinal)).Value;

    [GeneratedRegex(@"<ProjectReference\s+Include=""[^""]*?(?<name>[\w.]+)\.csproj""", RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex ProjectReference();

    [GeneratedRegex(@"<PackageReference\b", RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex PackageReference();

    [GeneratedRegex(@"^namespace\s+(?<name>[\w.]+)", RegexOptions.ExplicitCapture | RegexOptions.Multiline, 5000)]
    private static partial Regex Namespace();
}
