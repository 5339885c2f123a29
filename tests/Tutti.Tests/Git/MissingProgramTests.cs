using Tutti.Engine.Git;

namespace Tutti.Tests.Git;

public class MissingProgramTests
{
    [Theory]
    [InlineData("git-lfs filter-process: 1: git-lfs: not found\nfatal: the remote end hung up unexpectedly\n", "git-lfs")] // dash
    [InlineData("git-lfs clean -- 'a': line 1: git-lfs: command not found\nerror: external filter 'git-lfs clean -- %f' failed 127\n", "git-lfs")] // bash
    [InlineData("git-lfs clean: git-lfs: command not found\n", "git-lfs")] // bash 3.2 of macOS
    [InlineData("error: cannot run gpg2: No such file or directory\nerror: gpg failed to sign the data:\n", "gpg2")]
    [InlineData("error: cannot run : No such file or directory\n", null)]
    [InlineData("fatal: a: not found\n", null)]
    [InlineData("fatal: the remote end hung up unexpectedly\n", null)]
    [InlineData("", null)]
    public void The_program_is_named_that_git_or_its_shell_did_not_find(string error, string? program) =>
        Assert.Equal(program, MissingProgram.In(error));
}
