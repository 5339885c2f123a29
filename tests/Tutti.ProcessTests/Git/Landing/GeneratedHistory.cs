using System.Buffers;
using System.Globalization;
using System.Text;
using Tutti.Engine.Processes;

namespace Tutti.ProcessTests.Git.Landing;

/// <summary>A history made at random from a seed: the same seed gives the same commits, on every machine. Made by <c>git fast-import</c>, in a second or so.</summary>
public sealed class GeneratedHistory
{
    private const int RecentCommits = 10;

    private readonly Random _random;
    private readonly int _idLength;
    private readonly ArrayBufferWriter<byte> _script = new();
    private readonly List<GeneratedTree> _commits = []; // The first has mark 1.
    private readonly HashSet<int> _ends = [];

    private GeneratedHistory(int seed, bool sha256) => (_random, _idLength) = (new Random(seed), sha256 ? 64 : 40);

    /// <summary>Fills an empty repository; every branch below <c>refs/heads/end/</c> is one end of the history.</summary>
    /// <returns>How many merges it has.</returns>
    public static async Task<int> MakeAsync(string repository, int seed, int atLeast, bool sha256 = false)
    {
        var history = new GeneratedHistory(seed, sha256);
        var merges = history.Write(atLeast);
        var environment = HostEnvironment.Base();
        environment["GIT_CONFIG_GLOBAL"] = "/dev/null";
        environment["GIT_CONFIG_NOSYSTEM"] = "1";
        var result = await CommandRunner.RunAsync(new Command("git", ["fast-import", "--quiet", "--force"], repository) { Environment = environment, Input = history._script.WrittenMemory });
        return result.ExitCode == 0 ? merges : throw new InvalidOperationException(result.Error);
    }

    private int Write(int atLeast)
    {
        Commit(GeneratedTree.Start(_random), []);
        var merges = 0;
        while (merges < atLeast)
        {
            var from = _random.Next(Math.Max(0, _commits.Count - RecentCommits), _commits.Count) + 1;
            var (one, other) = (Branch(from), Branch(from));
            var merged = Merge(one, other);
            merges++;
            if (_random.Next(4) != 0)
                continue;
            // Criss-cross: each side has merged the other, resolved in its own way, and then they meet.
            var crossed = Merge(other, one);
            Merge(Branch(merged), Branch(crossed));
            merges += 2;
        }

        foreach (var end in _ends.Order())
            Say($"reset refs/heads/end/{end}\nfrom :{end}\n\n");
        return merges;
    }

    private int Branch(int from)
    {
        var (tree, mark) = (_commits[from - 1].Copy(), from);
        for (var commits = _random.Next(1, 3); commits > 0; commits--)
        {
            for (var changes = _random.Next(1, 5); changes > 0; changes--)
                tree.Mutate(_random);
            mark = Commit(tree.Copy(), [mark]);
        }

        return mark;
    }

    private int Merge(int one, int other) => Commit(_commits[one - 1].Resolved(_commits[other - 1], _random), [one, other]);

    private int Commit(GeneratedTree tree, int[] parents)
    {
        _commits.Add(tree);
        var mark = _commits.Count;
        Say($"commit refs/heads/last\nmark :{mark}\ncommitter Generated <generated@example.invalid> {1_600_000_000 + (mark * 60)} +0000\n");
        Data(Encoding.UTF8.GetBytes($"commit {mark}\n"));
        for (var i = 0; i < parents.Length; i++)
            Say($"{(i == 0 ? "from" : "merge")} :{parents[i]}\n");
        Changes(parents.Length == 0 ? new Dictionary<string, GeneratedEntry>() : _commits[parents[0] - 1].Entries, tree.Entries);
        _ends.ExceptWith(parents);
        _ends.Add(mark);
        return mark;
    }

    private void Changes(IReadOnlyDictionary<string, GeneratedEntry> before, IReadOnlyDictionary<string, GeneratedEntry> now)
    {
        foreach (var gone in before.Keys.Where(p => !now.ContainsKey(p)))
            Say($"D {Quoted(gone)}\n");
        foreach (var (path, entry) in now)
        {
            if (before.TryGetValue(path, out var old) && ReferenceEquals(old, entry))
                continue;
            var isSubmodule = entry.Mode == "160000";
            Say($"M {entry.Mode} {(isSubmodule ? new string((char)entry.Content[0], _idLength) : "inline")} {Quoted(path)}\n");
            if (!isSubmodule)
                Data(entry.Content);
        }

        Say("\n");
    }

    private static string Quoted(string path) => path.Contains('"') ? $"\"{path.Replace("\"", "\\\"")}\"" : path;

    private void Say(string text) => _script.Write(Encoding.UTF8.GetBytes(text));

    private void Data(byte[] content)
    {
        Say(string.Create(CultureInfo.InvariantCulture, $"data {content.Length}\n"));
        _script.Write(content);
        Say("\n");
    }
}
