using System.Globalization;

namespace Tutti.Engine.Host;

/// <summary>The memory limit of the container we run in, from Linux control groups (versions 1 and 2).</summary>
internal static class ControlGroup
{
    // A group's own limit may be "max" while one above it has one; hierarchies are a few levels deep.
    private const int MaxLevels = 32;

    /// <summary>Bytes left below the tightest limit; <see cref="long.MaxValue"/> without one.</summary>
    /// <param name="mount">Where control groups are mounted, <c>/sys/fs/cgroup</c>.</param>
    /// <param name="membership">
    /// Text of <c>/proc/self/cgroup</c>. Samples: <c>0::/user.slice/session-1.scope</c> (v2), <c>5:memory:/docker/ab12</c> (v1);
    /// inside a container the path may be <c>/</c> or lead above the mount (<c>/../x</c>), where only the mount itself is ours to see.
    /// </param>
    public static long FreeMemory(string mount, string membership)
    {
        var least = long.MaxValue;
        foreach (var line in membership.Split('\n'))
        {
            if (line.Split(':', 3) is not [_, var controllers, var path])
                continue;
            if (controllers.Length == 0)
                least = Math.Min(least, Climb(mount, path, "memory.max", "memory.current", "inactive_file"));
            else if (controllers.Split(',').Contains("memory"))
                least = Math.Min(least, Climb(Path.Combine(mount, "memory"), path, "memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"));
        }

        return least;
    }

    private static long Climb(string mount, string path, string limitFile, string usageFile, string cacheName)
    {
        var least = long.MaxValue;
        var at = path.Contains("..", StringComparison.Ordinal) ? mount : Path.Join(mount, path).TrimEnd('/');
        for (var level = 0; level < MaxLevels && at is not null && at.Length >= mount.Length; level++, at = Path.GetDirectoryName(at))
        {
            if (Number(Path.Combine(at, limitFile)) is not { } limit || Number(Path.Combine(at, usageFile)) is not { } usage)
                continue;
            least = Math.Min(least, Math.Max(0, limit - usage + Cache(Path.Combine(at, "memory.stat"), cacheName)));
        }

        return least;
    }

    // "max" (v2) is no number and so no limit; v1's "none" is 9223372036854771712, which never is the least.
    private static long? Number(string file) =>
        long.TryParse(HostProbe.ReadOrEmpty(file).Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : null;

    // File cache counts as used, but the kernel gives it back on demand. Sample line: `inactive_file 12345`.
    private static long Cache(string file, string name)
    {
        var line = HostProbe.ReadOrEmpty(file).Split('\n').FirstOrDefault(l => l.StartsWith(name + " ", StringComparison.Ordinal));
        return line is null ? 0 : (long)HostProbe.FirstNumber(line[name.Length..]);
    }
}
