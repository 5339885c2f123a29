using System.Globalization;
using System.Text;

namespace Tutti.Bench;

/// <summary>
/// A hundred tasks of an agent that only writes a file, eight at once, through all stages to the target, against a shell
/// script that does the same git work one task after the other in one reused worktree (<see cref="Baseline"/>).
/// </summary>
internal static class TaskBench
{
    private const int Tasks = 100;
    private const int Rounds = 3;

    // Per task what git must do whoever orchestrates it: branch, look, add, commit, remember, measure, merge in the object
    // store, move the checked-out target, look again, leave the branch, delete it.
    private const string Baseline = """
        set -e
        wt=$1
        i=1
        while [ "$i" -le "$2" ]; do
          git -C "$wt" checkout -q --no-track -B "feature/task-t$i" main
          (cd "$wt" && sh -c "echo $i > f$i.txt")
          git -C "$wt" status --porcelain=v2 -z --untracked-files=all >/dev/null
          git -C "$wt" add -- "f$i.txt"
          git -C "$wt" commit -q -m "Task $i"
          head=$(git -C "$wt" rev-parse HEAD)
          git update-ref "refs/attempts/t$i" "$head"
          git diff-tree -r -z -M --raw main "$head" >/dev/null
          tree=$(git merge-tree --write-tree main "$head")
          merge=$(git commit-tree -p main -p "$head" -m "Merge task $i" "$tree")
          git status --porcelain=v2 -z >/dev/null
          git merge -q --ff-only "$merge"
          git -C "$wt" status --porcelain=v2 -z --untracked-files=all >/dev/null
          git -C "$wt" checkout -q --detach
          git update-ref -d "refs/heads/feature/task-t$i" "$head"
          i=$((i + 1))
        done
        """;

    public static async Task<IReadOnlyList<Row>> RunAsync()
    {
        var ours = new List<double>();
        var plain = new List<double>();
        for (var round = 0; round < Rounds; round++)
        {
            using var scratch = new Scratch();
            ours.Add(await OursAsync(scratch));
            plain.Add(await PlainAsync(scratch));
        }

        return [new Row($"{Tasks} no-op tasks, 8 at once, landed", Row.Median(ours), Row.Median(plain), 1.3, "ms")];
    }

    private static async Task<double> OursAsync(Scratch scratch)
    {
        var folder = await scratch.RepositoryAsync("ours", 400);
        var plan = new StringBuilder("version: 1\ntasks:\n");
        for (var i = 1; i <= Tasks; i++)
            plan.Append(CultureInfo.InvariantCulture, $"  - {{id: t{i}, title: Task {i}, run: 'echo {i} > f{i}.txt'}}\n");
        var file = Path.Combine(scratch.Root, "plan.yaml");
        await File.WriteAllTextAsync(file, plan.ToString());
        await scratch.RunAsync(folder, Scratch.Tutti, "--version");
        return (await scratch.RunAsync(folder, Scratch.Tutti, "run", "--plan", file, "-m", "8", "--display", "plain")).TotalMilliseconds;
    }

    private static async Task<double> PlainAsync(Scratch scratch)
    {
        var folder = await scratch.RepositoryAsync("plain", 400);
        var worktree = Path.Combine(scratch.Root, "plain.wt");
        await scratch.RunAsync(folder, "git", "worktree", "add", "-q", "--detach", worktree);
        return (await scratch.RunAsync(folder, "sh", "-c", Baseline, "baseline", worktree, Tasks.ToString(CultureInfo.InvariantCulture))).TotalMilliseconds;
    }
}
