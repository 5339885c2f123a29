using Tutti.Core;
using Tutti.Engine.Git;
using Tutti.Engine.Git.Trust;

namespace Tutti.Tests.Git.Trust;

public sealed class TrustedConfigTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("tutti-trust-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{")]
    [InlineData("""{"Hash": null, "Programs": {}}""")]
    [InlineData("""{"Hash": "1a"}""")]
    public async Task What_a_session_trusted_is_not_guessed_at_where_its_file_is_damaged(string text)
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "git-programs.json"), text, TestContext.Current.CancellationToken);
        var repository = new Repository(_folder, _folder, _folder, _folder);
        var failure = (await Assert.ThrowsAsync<FailureException>(() => TrustedConfig.OpenAsync(repository, _folder, TestContext.Current.CancellationToken))).Failure;
        Assert.Equal((FailureCategory.Environment, "git_programs_damaged"), (failure.Category, failure.Code));
        Assert.Null(TrustedConfig.Of(_folder));
    }
}
