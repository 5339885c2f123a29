using System.Globalization;
using System.Security.Cryptography;
using Tutti.Engine.Git.Pool;

namespace Tutti.Engine.Agents.Planning;

/// <summary>
/// The folder of one plan that an agent is asked for, <c>&lt;state&gt;/plans/&lt;id&gt;</c>, with its attempts below. While it is being made, its
/// lock file is there and held; one that is there and free was left by a process that died.
/// </summary>
public sealed class PlanFolder : IDisposable
{
    // What an agent printed that gave no plan is worth a look, for a while.
    private const int MostKept = 5;

    private readonly FileStream _lock;

    private PlanFolder(string path, FileStream held) => (Path, _lock) = (path, held);

    /// <summary>Absolute.</summary>
    public string Path { get; }

    /// <summary>Unique in its repository; begins with <see cref="LeaseOwner.PlanPrefix"/>.</summary>
    public string Id => System.IO.Path.GetFileName(Path);

    /// <summary>Where a repository's plans are made.</summary>
    public static string Root(string stateDirectory) => System.IO.Path.Combine(stateDirectory, "plans");

    /// <summary>Makes the folder of a new plan, held by this process; of older ones, the last few stay.</summary>
    public static PlanFolder Create(string stateDirectory, DateTimeOffset now)
    {
        RemoveOld(stateDirectory);
        var chance = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4));
        var id = string.Create(CultureInfo.InvariantCulture, $"{LeaseOwner.PlanPrefix}{now.UtcDateTime:yyyyMMdd-HHmmss}-{chance}");
        var path = Directory.CreateDirectory(System.IO.Path.Combine(Root(stateDirectory), id)).FullName;
        return new PlanFolder(path, new FileStream(LockOf(path), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, bufferSize: 1));
    }

    /// <summary>True while a process makes the plan of that id.</summary>
    public static bool IsBeingMade(string stateDirectory, string id)
    {
        var path = System.IO.Path.Combine(Root(stateDirectory), id);
        return File.Exists(LockOf(path)) && IsHeld(path);
    }

    /// <summary>Folders of plans whose makers died over them.</summary>
    public static IReadOnlyList<string> Abandoned(string stateDirectory) =>
        [.. All(stateDirectory).Where(path => File.Exists(LockOf(path)) && !IsHeld(path))];

    /// <summary>Declares that nothing of an abandoned plan is left to be ended or given back.</summary>
    public static void Settle(string path) => File.Delete(LockOf(path));

    /// <summary>Removes all of it.</summary>
    public void Remove() => Directory.Delete(Path, recursive: true);

    public void Dispose()
    {
        if (Directory.Exists(Path))
            Settle(Path);
        _lock.Dispose();
    }

    private static string LockOf(string path) => System.IO.Path.Combine(path, "lock");

    private static IEnumerable<string> All(string stateDirectory) =>
        Directory.Exists(Root(stateDirectory)) ? Directory.EnumerateDirectories(Root(stateDirectory), LeaseOwner.PlanPrefix + "*") : [];

    private static void RemoveOld(string stateDirectory)
    {
        var settled = All(stateDirectory).Where(path => !File.Exists(LockOf(path))).OrderDescending(StringComparer.Ordinal);
        foreach (var path in settled.Skip(MostKept).ToList())
            Directory.Delete(path, recursive: true);
    }

    // flock(2), as in the pool: the system lets go of it when its holder dies.
    private static bool IsHeld(string path)
    {
        try
        {
            using var taken = new FileStream(LockOf(path), FileMode.Open, FileAccess.ReadWrite, FileShare.None, bufferSize: 1);
            return false;
        }
        catch (FileNotFoundException)
        {
            // Settled between the two looks.
            return false;
        }
        catch (IOException)
        {
            return true;
        }
    }
}
