using System.Text;
using Tutti.Core;
using Tutti.Tests.Tidy;

namespace Tutti.Tests.Sources;

/// <summary>A folder of one test's own.</summary>
public sealed class SourceFolder : IDisposable
{
    public string Root { get; } = Directory.CreateTempSubdirectory("tutti-sources-").FullName;

    /// <summary>Writes a file exactly as given, with the folders it needs, and returns its path.</summary>
    public string Write(string name, string text)
    {
        var path = Path.Combine(Root, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, Encoding.UTF8.GetBytes(text));
        return path;
    }

    /// <summary>A real file of Task Master, written by its own commands.</summary>
    public static string Captured(string name) => File.ReadAllText(Path.Combine(Repository.Root, "tests", "Tutti.Tests", "Sources", "Fixtures", name));

    public static Failure Refused(Action action) => Assert.Throws<FailureException>(action).Failure;

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
