namespace Tutti.Tests.Tidy;

public sealed class TextsTests
{
    [Fact]
    public void Nothing_is_left_as_a_stub() => Rule.Holds(Repository.All.SelectMany(Texts.StubMarks));

    [Fact]
    public void No_path_of_one_machine_is_written_down() => Rule.Holds(Repository.All.SelectMany(Texts.MachinePaths));

    [Fact]
    public void Manifests_and_lock_files_name_no_host() => Rule.Holds(Repository.All.SelectMany(Texts.Hosts));

    [Fact]
    public void Package_versions_stand_in_one_place() => Rule.Holds(Repository.All.SelectMany(Texts.PackageVersions));

    [Theory]
    [InlineData("// TODO: later", 1)]
    [InlineData("throw new NotImplementedException();", 1)]
    [InlineData("# FIXME", 1)]
    [InlineData("var todo = list.ToDo();", 0)]
    [InlineData("Find(\"TODO.md\")", 0)]
    public void A_stub_mark_is_found(string text, int findings) =>
        Assert.Equal(findings, Texts.StubMarks(new SourceFile("src/a.cs", text)).Count());

    [Theory]
    [InlineData("cd /home/alice/tutti", 1)]
    [InlineData("\"/Users/bob/x\"", 1)]
    [InlineData("cp /root/x .", 1)]
    [InlineData("cp $WORK/root/x .", 0)]
    [InlineData("cd /home/user/x", 0)]
    [InlineData("docs/root/home/x", 0)]
    public void A_path_of_one_machine_is_found(string text, int findings) =>
        Assert.Equal(findings, Texts.MachinePaths(new SourceFile("README.md", text)).Count());

    [Theory]
    [InlineData("src/Tutti/packages.lock.json", "\"resolved\": \"https://registry.example/x\"", 1)]
    [InlineData("Directory.Build.props", "<RestoreSources>https://registry.example</RestoreSources>", 1)]
    [InlineData("README.md", "https://registry.example", 0)]
    public void A_host_in_a_manifest_is_found(string path, string text, int findings) =>
        Assert.Equal(findings, Texts.Hosts(new SourceFile(path, text)).Count());

    [Theory]
    [InlineData("<PackageReference Include=\"X\" Version=\"1\" />", 1)]
    [InlineData("<PackageReference Include=\"X\" VersionOverride=\"1\" />", 1)]
    [InlineData("<PackageReference Include=\"X\" PrivateAssets=\"all\" />", 0)]
    public void A_version_in_a_project_is_found(string text, int findings) =>
        Assert.Equal(findings, Texts.PackageVersions(new SourceFile("src/A/A.csproj", text)).Count());
}
