using Tutti.Core;
using Tutti.Core.Landing;
using Tutti.Engine.Git.Landing;
using Tutti.Engine.Git.Landing.Resolution;

namespace Tutti.ProcessTests.Git.Landing;

/// <summary>A repository with two sides that conflict, and what resolves them.</summary>
internal sealed class ResolutionLab : IDisposable
{
    public static readonly DateTimeOffset At = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    public ScratchRepository Repo { get; } = new();

    public string Onto { get; private set; } = "";

    public string Head { get; private set; } = "";

    public ControlRepository Control { get; private set; } = null!;

    /// <summary>Makes the two sides by changing files from a base; null deletes.</summary>
    public static async Task<ResolutionLab> MakeAsync((string, string?)[] start, (string, string?)[] ours, (string, string?)[] theirs)
    {
        var lab = new ResolutionLab();
        var from = lab.Repo.Commit("base", start);
        lab.Head = lab.Repo.CommitOn(from, "theirs", theirs);
        lab.Onto = lab.Repo.Commit("ours", ours);
        lab.Control = await lab.Repo.ControlAsync();
        return lab;
    }

    /// <summary>The same by commands run in the checkout.</summary>
    public static async Task<ResolutionLab> MakeAsync(Action<ScratchRepository> start, Action<ScratchRepository> ours, Action<ScratchRepository> theirs)
    {
        var lab = new ResolutionLab();
        start(lab.Repo);
        lab.Repo.Commit("base");
        lab.Repo.Git("checkout", "-q", "-b", "theirs");
        theirs(lab.Repo);
        lab.Head = lab.Repo.Commit("theirs");
        lab.Repo.Git("checkout", "-q", "main");
        ours(lab.Repo);
        lab.Onto = lab.Repo.Commit("ours");
        lab.Control = await lab.Repo.ControlAsync();
        return lab;
    }

    public static Task<ResolutionLab> SameLineAsync() => MakeAsync([("a.txt", "1\n2\n3\n"), ("b.txt", "b\n")], [("a.txt", "1\nours\n3\n")], [("a.txt", "1\ntheirs\n3\n"), ("c.txt", "c\n")]);

    public MergeRequest Request(MergeStyle style = MergeStyle.Merge) => new(Onto, Head, "Land it", style, At);

    public async Task<MergeOutcome.Conflicted> ConflictAsync() => Assert.IsType<MergeOutcome.Conflicted>(await Control.MergeAsync(Request()));

    /// <summary>The check of a tree that is the clean or marked merge with some paths as they are in the checkout folder given.</summary>
    public async Task<LossReport> CheckAsync(string tree, params Dropped[] dropped) => await new LossCheck(Control).RunAsync(Onto, Head, tree, dropped);

    /// <summary>A tree made by hand: a checkout of ours, changed by an action.</summary>
    public string Tree(Action<string> change)
    {
        var folder = Path.Combine(Repo.Root, $"tree-{Guid.NewGuid():n}");
        Repo.Git("worktree", "add", "-q", "--detach", folder, Onto);
        change(folder);
        Repo.GitIn(folder, "add", "-A");
        return Repo.GitIn(folder, "write-tree");
    }

    public CollectResolution Collect(string slot) => new(slot, Onto, Head, "Resolve it", At);

    public void Dispose() => Repo.Dispose();
}
