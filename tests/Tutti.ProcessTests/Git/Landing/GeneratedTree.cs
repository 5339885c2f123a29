using System.Text;

namespace Tutti.ProcessTests.Git.Landing;

/// <summary>One entry of a tree: a mode as git writes it, and the content (a link's target, a submodule's commit).</summary>
public sealed record GeneratedEntry(string Mode, byte[] Content);

/// <summary>The files of one commit of a <see cref="GeneratedHistory"/>, and the ways in which they change.</summary>
public sealed class GeneratedTree
{
    private const string Plain = "100644";
    private const string Program = "100755";
    private const string Link = "120000";
    private const string Submodule = "160000";

    private static readonly string[] Folders = ["src", "src/deep/er", "doc", "lib"];
    private static readonly string[] NewFolders = ["moved", "src", "doc/new"];

    // Few names for new files, so that both sides often add the same one.
    private static readonly string[] NewNames =
        ["new/a.txt", "new/b.txt", "neu/Überblick.md", "neu/日本語.txt", "with space/c d.txt", "tab\there", "\"quoted\"", "neu/e\u0301tude.txt", "notes.log", "src/notes.log"];

    private static readonly string[] Attributes =
    [
        "*.log merge=union\n", "*.dat binary\n*.log merge=union\n", "*.lock -merge\n", "* text=auto\n*.md merge=binary\n", "[attr]mine merge=union\n*.txt mine\n",
        "* merge=evil\n*.log !merge\n", "/src/*.txt merge=text\n# merge=union in words only\n", "",
    ];

    private readonly SortedDictionary<string, GeneratedEntry> _entries;

    private GeneratedTree(SortedDictionary<string, GeneratedEntry> entries) => _entries = entries;

    public IReadOnlyDictionary<string, GeneratedEntry> Entries => _entries;

    /// <summary>What the history begins with: text of both line endings, programs, a link, binaries, an empty file, one without final line break.</summary>
    public static GeneratedTree Start(Random random)
    {
        var tree = new GeneratedTree(new SortedDictionary<string, GeneratedEntry>(StringComparer.Ordinal));
        for (var i = 0; i < 24; i++)
            tree.Put($"{Folders[i % Folders.Length]}/f{i}.{(i % 6 == 0 ? "lock" : "txt")}", Plain, Text(i, i % 5 == 0 ? "\r\n" : "\n", i % 7 != 0));
        for (var i = 0; i < 4; i++)
            tree.Put($"bin/b{i}.dat", i % 2 == 0 ? Plain : Program, Binary(random));
        tree.Put("notes.log", Plain, Text(90, "\n", true));
        tree.Put("src/notes.log", Plain, Text(91, "\r\n", true));
        tree.Put("README.md", Plain, Text(92, "\n", false));
        tree.Put("run.sh", Program, Text(93, "\n", true));
        tree.Put("empty", Plain, []);
        tree.Put("current", Link, "src/f0.lock"u8.ToArray());
        tree.Put(".gitattributes", Plain, "*.log merge=union\n"u8.ToArray());
        return tree;
    }

    public GeneratedTree Copy() => new(new SortedDictionary<string, GeneratedEntry>(_entries, StringComparer.Ordinal));

    /// <summary>What a person might have made of a merge: the other side's files, and where both have one, either's.</summary>
    public GeneratedTree Resolved(GeneratedTree other, Random random)
    {
        var merged = Copy();
        foreach (var (path, entry) in other._entries)
        {
            if (!merged._entries.ContainsKey(path) ? random.Next(3) > 0 : random.Next(2) == 0)
                merged.Put(path, entry.Mode, entry.Content);
        }

        return merged;
    }

    /// <summary>Changes something.</summary>
    public void Mutate(Random random)
    {
        var paths = _entries.Keys.ToList();
        var path = paths[random.Next(paths.Count)];
        var entry = _entries[path];
        switch (random.Next(22))
        {
            case 0:
                _entries.Remove(path);
                break;
            case 1 or 2:
                _entries.Remove(path);
                Put($"{NewFolders[random.Next(NewFolders.Length)]}/{path.Split('/')[^1]}", entry.Mode, random.Next(2) == 0 ? entry.Content : Edited(entry, random));
                break;
            case 3:
                MoveFolder(path, random);
                break;
            case 4:
                Put(path, entry.Mode == Plain ? Program : entry.Mode == Program ? Plain : entry.Mode, entry.Content);
                break;
            case 5:
                Put("current", Link, Encoding.UTF8.GetBytes(paths[random.Next(paths.Count)]));
                break;
            case 6:
                Put(path, random.Next(3) == 0 ? Link : Plain, "elsewhere"u8.ToArray());
                break;
            case 7:
                Put($"bin/b{random.Next(6)}.dat", Plain, Binary(random));
                break;
            case 8:
                Put($"empty{random.Next(3)}", Plain, []);
                break;
            case 9 or 10:
                Put(NewNames[random.Next(NewNames.Length)], Plain, Text(random.Next(3), random.Next(4) == 0 ? "\r\n" : "\n", random.Next(3) > 0));
                break;
            case 11 when random.Next(4) == 0: // Seldom: each set of them takes the comparison a git process of its own.
                Put(random.Next(3) == 0 ? "src/.gitattributes" : ".gitattributes", Plain, Encoding.UTF8.GetBytes(Attributes[random.Next(Attributes.Length)]));
                break;
            case 12:
                Put(path, entry.Mode, OtherLineEndings(entry));
                break;
            case 13:
                Put($"{path}/inside.txt", Plain, entry.Content); // A folder where there was a file.
                break;
            case 14:
                Put("vendored", Submodule, Encoding.ASCII.GetBytes($"{random.Next(2) + 1}"));
                break;
            default:
                Put(path, entry.Mode, Edited(entry, random));
                break;
        }

        if (_entries.Count < 12)
            Put($"again/{random.Next(20)}.txt", Plain, Text(random.Next(20), "\n", true));
    }

    private void Put(string path, string mode, byte[] content)
    {
        // A path cannot be a file and a folder.
        foreach (var clash in _entries.Keys.Where(p => p.StartsWith(path + "/", StringComparison.Ordinal) || path.StartsWith(p + "/", StringComparison.Ordinal)).ToList())
            _entries.Remove(clash);
        _entries[path] = new GeneratedEntry(mode, content);
    }

    private void MoveFolder(string path, Random random)
    {
        if (path.IndexOf('/') is not (var slash and > 0))
            return;
        var (from, to) = (path[..slash], $"{NewFolders[random.Next(NewFolders.Length)]}{random.Next(2)}");
        foreach (var moved in _entries.Where(e => e.Key.StartsWith(from + "/", StringComparison.Ordinal)).ToList())
        {
            _entries.Remove(moved.Key);
            Put(to + moved.Key[slash..], moved.Value.Mode, moved.Value.Content);
        }
    }

    private static byte[] Edited(GeneratedEntry entry, Random random)
    {
        if (entry.Mode == Submodule)
            return entry.Content;
        if (entry.Mode == Link)
            return "src/f1.txt"u8.ToArray();
        if (entry.Content.Contains((byte)0))
            return [.. entry.Content, (byte)random.Next(256)];
        var lines = Encoding.UTF8.GetString(entry.Content).Split('\n').ToList();
        lines[random.Next(lines.Count)] = $"edited {random.Next(1000)}";
        if (random.Next(3) == 0)
            lines.Insert(random.Next(lines.Count), "eingefügt");
        return Encoding.UTF8.GetBytes(string.Join('\n', lines));
    }

    private static byte[] OtherLineEndings(GeneratedEntry entry)
    {
        if (entry.Mode is Link or Submodule || entry.Content.Contains((byte)0))
            return entry.Content;
        var text = Encoding.UTF8.GetString(entry.Content);
        return Encoding.UTF8.GetBytes(text.Contains("\r\n", StringComparison.Ordinal) ? text.Replace("\r\n", "\n") : text.Replace("\n", "\r\n"));
    }

    private static byte[] Text(int seed, string lineBreak, bool ended)
    {
        var lines = Enumerable.Range(0, 14).Select(n => $"file {seed} line {n}");
        return Encoding.UTF8.GetBytes(string.Join(lineBreak, lines) + (ended ? lineBreak : ""));
    }

    private static byte[] Binary(Random random)
    {
        var bytes = new byte[200];
        random.NextBytes(bytes);
        bytes[3] = 0;
        return bytes;
    }
}
