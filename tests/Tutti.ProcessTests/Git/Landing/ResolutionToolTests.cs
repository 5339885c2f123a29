using Tutti.Core;
using Tutti.Engine.Git.Landing.Resolution;

namespace Tutti.ProcessTests.Git.Landing;

/// <summary>A script stands in for the structural merge tool: what it must be given and what is taken from it is the same.</summary>
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public class ResolutionToolTests
{
    private const string Arguments = "--git {base} {ours} {theirs} -o {out} -p {path}";

    private static string Script(ResolutionLab lab, string body)
    {
        var script = Path.Combine(lab.Repo.Root, "a merge tool.sh");
        File.WriteAllText(script, $"#!/bin/sh\n{body}\n");
        File.SetUnixFileMode(script, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return $"'{script}'";
    }

    private static async Task<ResolutionOutcome> TryAsync(ResolutionLab lab, string tool, MergeStyle style = MergeStyle.Merge) =>
        await new ConflictResolution(lab.Control, tool).TryAsync(lab.Request(style), await lab.ConflictAsync());

    [Fact]
    public async Task What_it_solves_lands_and_it_sees_the_three_versions_and_no_repository()
    {
        using var lab = await ResolutionLab.SameLineAsync();
        var seen = Path.Combine(lab.Repo.Root, "seen");
        var tool = Script(lab, $"cat \"$2\" \"$3\" \"$4\" > '{seen}'; echo \"$1 $5 $7 $8\" >> '{seen}'; git rev-parse --git-dir >> '{seen}' 2>&1; (head -2 \"$3\"; tail -2 \"$4\") > \"$6\"");
        var resolved = Assert.IsType<ResolutionOutcome.Resolved>(await TryAsync(lab, $"{tool} {Arguments}", MergeStyle.Rebase));
        Assert.Equal("merge_tool", resolved.By);
        Assert.Equal("1\nours\ntheirs\n3", lab.Repo.Git("show", resolved.Merge.Commit + ":a.txt"));
        Assert.Equal(lab.Onto, lab.Repo.Git("log", "-1", "--format=%P", resolved.Merge.Commit));
        Assert.Contains("one commit", resolved.Merge.Note);
        var lines = File.ReadAllLines(seen);
        Assert.Equal(["1", "2", "3", "1", "ours", "3", "1", "theirs", "3", "--git -o -p a.txt"], lines.Take(10));
        Assert.Contains("fatal", lines[10], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("cp \"$3\" \"$6\"", "what merge_tool makes of it loses something: a.txt:2: a line of theirs is missing: theirs")]
    [InlineData("printf '<<<<<<< a\\n1\\nours\\ntheirs\\n3\\n' > \"$6\"", "what merge_tool makes of it loses something: a.txt:1: a conflict marker is left: <<<<<<< a")]
    [InlineData("cat \"$3\" \"$4\" > \"$6\"; exit 1", "")]
    [InlineData("exit 0", "")]
    [InlineData("ln -s \"$3\" \"$6\"", "")]
    public async Task What_it_does_not_solve_is_left(string body, string note)
    {
        using var lab = await ResolutionLab.SameLineAsync();
        var left = Assert.IsType<ResolutionOutcome.Unresolved>(await TryAsync(lab, $"{Script(lab, body)} {Arguments}"));
        Assert.Equal(note, string.Join("; ", left.Notes));
    }

    [Fact]
    public async Task One_that_writes_over_ours_needs_no_out()
    {
        using var lab = await ResolutionLab.SameLineAsync();
        var tool = Script(lab, "printf '1\\nours\\ntheirs\\n3\\n' > \"$2\"");
        Assert.IsType<ResolutionOutcome.Resolved>(await TryAsync(lab, $"{tool} {{base}} {{ours}} {{theirs}}"));
    }

    [Fact]
    public async Task One_that_is_not_there_is_told_once()
    {
        using var lab = await ResolutionLab.SameLineAsync();
        var resolution = new ConflictResolution(lab.Control, $"no-such-merge-tool {Arguments}");
        var first = Assert.IsType<ResolutionOutcome.Unresolved>(await resolution.TryAsync(lab.Request(), await lab.ConflictAsync()));
        Assert.Contains("cannot start 'no-such-merge-tool'", Assert.Single(first.Notes));
        Assert.Empty(Assert.IsType<ResolutionOutcome.Unresolved>(await resolution.TryAsync(lab.Request(), await lab.ConflictAsync())).Notes);
    }
}
