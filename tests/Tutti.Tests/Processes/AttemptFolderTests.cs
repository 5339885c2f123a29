using Tutti.Engine.Processes;

namespace Tutti.Tests.Processes;

public sealed class AttemptFolderTests
{
    [Theory]
    [InlineData("8", "/s/attempts/8/01-develop")]
    [InlineData("5.2", "/s/attempts/5.2/01-develop")]
    [InlineData("user-auth_2", "/s/attempts/user-auth_2/01-develop")]
    public void A_plain_id_names_its_folder(string id, string path)
    {
        Assert.Equal(path, AttemptFolder.Of("/s", id, 1, "develop").Path);
    }

    [Theory]
    [InlineData("../../x")]
    [InlineData("..")]
    [InlineData(".")]
    [InlineData("")]
    [InlineData("/etc/passwd")]
    [InlineData("--upload-pack=x")]
    [InlineData("a\nb")]
    [InlineData("😀")]
    [InlineData("Auth")]
    public void P24_a_hostile_id_stays_in_the_folder_of_attempts(string id)
    {
        var path = AttemptFolder.Of("/s", id, 12, "qa").Path;
        Assert.Equal(path, Path.GetFullPath(path));
        Assert.Equal("/s/attempts", Path.GetDirectoryName(Path.GetDirectoryName(path)));
        Assert.EndsWith("/12-qa", path);
        Assert.All(Path.GetFileName(Path.GetDirectoryName(path)!), c => Assert.True(char.IsAsciiLetterOrDigit(c) || c is '-' or '~'));
    }

    [Fact]
    public void Ids_that_differ_have_folders_that_differ_even_where_case_does_not_count()
    {
        string[] ids = ["auth", "Auth", "AUTH", "a/b", "a b", "a-b", new('x', 300), new('x', 301)];
        var folders = ids.Select(id => AttemptFolder.Of("/s", id, 1, "develop").Path).ToList();
        Assert.Equal(ids.Length, folders.Distinct(StringComparer.OrdinalIgnoreCase).Count());
        Assert.All(folders, folder => Assert.True(folder.Length < 120));
    }

    [Theory]
    [InlineData("0123abcd", true)]
    [InlineData("a-b_c-d_e", true)]
    [InlineData("short", false)]
    [InlineData("with space", false)]
    [InlineData("quote\"quote", false)]
    [InlineData("percent%s%s", false)]
    [InlineData("", false)]
    public void A_nonce_can_stand_anywhere_as_it_is(string text, bool isNonce)
    {
        Assert.Equal(isNonce, AttemptMarks.IsNonce(text));
    }
}
