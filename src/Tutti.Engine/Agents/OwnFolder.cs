using Tutti.Core;

namespace Tutti.Engine.Agents;

/// <summary>
/// An agent's configuration directory of one attempt (P11): it begins as the user's own, as far as it is named, and what the agent
/// writes there concerns nobody else. Making it again changes nothing.
/// </summary>
internal static class OwnFolder
{
    /// <summary>Links files and folders of the user's directory that are there and not yet here.</summary>
    /// <param name="from">The user's directory; need not exist.</param>
    /// <param name="to">The attempt's; made if missing.</param>
    /// <param name="names">Relative to both.</param>
    public static void Link(string from, string to, params ReadOnlySpan<string> names)
    {
        Directory.CreateDirectory(to);
        foreach (var name in names)
        {
            var (source, target) = (Path.Combine(from, name), Path.Combine(to, name));
            if (!Path.Exists(source) || Path.Exists(target) || new FileInfo(target).LinkTarget is not null)
                continue;
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.CreateSymbolicLink(target, Path.GetFullPath(source));
        }
    }

    /// <summary>Links everything in the user's directory that is not yet here.</summary>
    /// <param name="from">The user's directory; need not exist.</param>
    /// <param name="to">The attempt's; made if missing.</param>
    public static void LinkAll(string from, string to) => Link(from, to, Directory.Exists(from) ? [.. Directory.EnumerateFileSystemEntries(from).Select(Path.GetFileName)!] : []);

    /// <summary>Copies what an earlier attempt left, so that its conversation can be gone on with; what is here already stays.</summary>
    /// <param name="from">The earlier attempt's directory; need not exist.</param>
    /// <param name="to">This attempt's.</param>
    /// <param name="names">Files and folders, relative to both.</param>
    public static void Take(string from, string to, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (File.Exists(Path.Combine(from, name)))
                CopyFile(Path.Combine(from, name), Path.Combine(to, name));
            else if (new DirectoryInfo(Path.Combine(from, name)) is { Exists: true } folder)
                CopyFolder(folder, Path.Combine(to, name));
        }
    }

    /// <summary>Writes a file that is not there yet, whole or not at all: half of one would count as there the next time.</summary>
    /// <param name="path">In a folder that is made if missing.</param>
    /// <param name="write">Writes what it holds.</param>
    public static void WriteOnce(string path, Action<Stream> write)
    {
        if (File.Exists(path))
            return;
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var beside = $"{path}.{Guid.NewGuid():n}.new";
        using (var file = File.Create(beside))
            write(file);
        File.Move(beside, path, overwrite: true);
    }

    /// <summary>The user's directory: the one a variable names, else one below the home directory.</summary>
    public static string OfUser(IReadOnlyDictionary<string, string> environment, string variable, string below) =>
        environment.GetValueOrDefault(variable) is { Length: > 0 } named ? named : Path.Combine(environment.GetValueOrDefault("HOME") ?? "/nonexistent", below);

    /// <summary>True where the attempt has a directory of its own.</summary>
    public static bool IsWanted(AgentEntry? entry) => entry?.OwnConfig ?? true;

    /// <summary>Sets a variable that the user has not set.</summary>
    public static void Default(Dictionary<string, string> environment, string name, string value)
    {
        if (environment.GetValueOrDefault(name) is null or "")
            environment[name] = value;
    }

    private static void CopyFolder(DirectoryInfo from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var folder in from.EnumerateDirectories().Where(folder => folder.LinkTarget is null))
            CopyFolder(folder, Path.Combine(to, folder.Name));
        foreach (var file in from.EnumerateFiles().Where(file => file.LinkTarget is null))
            CopyFile(file.FullName, Path.Combine(to, file.Name));
    }

    private static void CopyFile(string from, string to)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(to)!);
        if (!Path.Exists(to))
            File.Copy(from, to);
    }
}
