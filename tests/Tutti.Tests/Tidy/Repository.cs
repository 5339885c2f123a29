namespace Tutti.Tests.Tidy;

/// <summary>This repository's files, as the rules see them: read once, paths relative to the root with forward slashes.</summary>
public static class Repository
{
    // What .gitignore names, plus git itself (a file in a linked worktree); nothing in them is written by a person.
    private static readonly HashSet<string> Skipped = ["artifacts", "bin", "obj", "node_modules", "TestResults", ".git", ".vs", ".idea"];

    // More than this in one file is data, which no rule reads.
    private const int MostBytes = 2 * 1024 * 1024;

    /// <summary>The folder that holds <c>Tutti.slnx</c>, found upwards from the test program.</summary>
    public static string Root { get; } = FindRoot();

    private static readonly Lazy<IReadOnlyList<SourceFile>> Files = new(() => [.. Walk(new DirectoryInfo(Root))]);

    /// <summary>Every text file a person wrote.</summary>
    public static IReadOnlyList<SourceFile> All => Files.Value;

    /// <summary>The C# files under a folder, for example <c>src/</c>.</summary>
    public static IEnumerable<SourceFile> CSharp(string under) =>
        All.Where(file => file.Path.StartsWith(under, StringComparison.Ordinal) && file.Path.EndsWith(".cs", StringComparison.Ordinal));

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Tutti.slnx")))
                return folder.FullName;
        }

        throw new InvalidOperationException($"no Tutti.slnx above {AppContext.BaseDirectory}");
    }

    private static IEnumerable<SourceFile> Walk(DirectoryInfo folder)
    {
        foreach (var file in folder.EnumerateFiles().Where(f => f.LinkTarget is null && f.Length <= MostBytes && !Skipped.Contains(f.Name)))
        {
            var text = File.ReadAllText(file.FullName);
            if (!text.Contains('\0', StringComparison.Ordinal))
                yield return new SourceFile(Path.GetRelativePath(Root, file.FullName).Replace('\\', '/'), text);
        }

        foreach (var child in folder.EnumerateDirectories().Where(d => d.LinkTarget is null && !Skipped.Contains(d.Name)))
        {
            foreach (var file in Walk(child))
                yield return file;
        }
    }
}
