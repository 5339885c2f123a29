namespace Tutti.Tests.Tidy;

public sealed class LayersTests
{
    private static IEnumerable<SourceFile> Projects => Repository.All.Where(f => f.Path.EndsWith(".csproj", StringComparison.Ordinal));

    [Fact]
    public void Projects_reference_only_inwards() => Rule.Holds(Projects.SelectMany(Layers.CheckProject));

    [Fact]
    public void Core_has_no_packages() => Rule.Holds(Projects.SelectMany(Layers.CheckCorePackages));

    [Fact]
    public void Code_uses_only_what_is_further_in() => Rule.Holds(Repository.CSharp("src/").SelectMany(Layers.CheckUse));

    [Fact]
    public void A_namespace_is_its_folder() =>
        Rule.Holds(Repository.CSharp("src/").Concat(Repository.CSharp("tests/")).SelectMany(Layers.CheckNamespace));

    [Theory]
    [InlineData("src/Tutti.Core/Tutti.Core.csproj", "../Tutti.Engine/Tutti.Engine.csproj", 1)]
    [InlineData("src/Tutti.Engine/Tutti.Engine.csproj", "../Tutti/Tutti.csproj", 1)]
    [InlineData("src/Tutti.Engine/Tutti.Engine.csproj", "../Tutti.Core/Tutti.Core.csproj", 0)]
    [InlineData("src/Tutti/Tutti.csproj", "../Tutti.Engine/Tutti.Engine.csproj", 0)]
    [InlineData("tests/Tutti.Tests/Tutti.Tests.csproj", "../../src/Tutti/Tutti.csproj", 0)]
    public void A_reference_outwards_is_found(string project, string reference, int findings) =>
        Assert.Equal(findings, Layers.CheckProject(new SourceFile(project, $"<ProjectReference Include=\"{reference}\" />")).Count());

    [Fact]
    public void A_package_in_Core_is_found() =>
        Assert.Single(Layers.CheckCorePackages(new SourceFile("src/Tutti.Core/Tutti.Core.csproj", "<PackageReference Include=\"X\" />")));

    [Theory]
    [InlineData("src/Tutti.Core/A.cs", "using Tutti.Engine.Git;", 1)]
    [InlineData("src/Tutti.Core/A.cs", "// Tutti.Engine does this", 0)]
    [InlineData("src/Tutti.Engine/A.cs", "using Tutti.Core;", 0)]
    [InlineData("src/Tutti.Engine/A.cs", "Tutti.Cluster.Node n;", 1)]
    public void A_use_outwards_is_found(string path, string code, int findings) =>
        Assert.Equal(findings, Layers.CheckUse(new SourceFile(path, code)).Count());

    [Theory]
    [InlineData("src/Tutti.Core/Plan/A.cs", "namespace Tutti.Core.Plan;", 0)]
    [InlineData("src/Tutti.Core/Plan/A.cs", "namespace Tutti.Core;", 1)]
    [InlineData("src/Tutti/Program.cs", "return 0;", 0)]
    public void A_namespace_that_is_not_its_folder_is_found(string path, string code, int findings) =>
        Assert.Equal(findings, Layers.CheckNamespace(new SourceFile(path, code)).Count());
}
