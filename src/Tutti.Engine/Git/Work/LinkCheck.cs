namespace Tutti.Engine.Git.Work;

/// <summary>Whether a symlink stays inside its tree. Judged by its text: what it points at may not exist, or be a link itself.</summary>
public static class LinkCheck
{
    /// <summary>True when <paramref name="path"/> (relative, with <c>/</c>) is a symlink that is absolute, leaves the tree, or enters <c>.git</c>.</summary>
    public static bool IsOutside(string top, string path)
    {
        var full = Path.Combine(top, path);
        return new FileInfo(full).LinkTarget is { } target && Leaves(path, target);
    }

    /// <summary>The same of a link's text, without looking at any file.</summary>
    public static bool Leaves(string path, string target)
    {
        if (Path.IsPathRooted(target) || target.Contains('\\'))
            return true;
        var depth = new List<string>(path.Split('/')[..^1]);
        foreach (var part in target.Split('/'))
        {
            if (part is "" or ".")
                continue;
            if (part != "..")
                depth.Add(part);
            else if (depth.Count == 0)
                return true;
            else
                depth.RemoveAt(depth.Count - 1);
        }

        return depth.Count > 0 && depth[0].Equals(".git", StringComparison.OrdinalIgnoreCase);
    }
}
