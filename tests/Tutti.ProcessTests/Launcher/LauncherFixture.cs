using System.Runtime.Versioning;
using Tutti.Engine.Processes;

namespace Tutti.ProcessTests.Launcher;

/// <summary>
/// The launcher in a folder of its own, beside made-up sources, with a PATH that holds a few standard tools and a made-up
/// <c>dotnet</c>: what it "publishes" is a script that prints its arguments and ends with the code of the first one.
/// </summary>
[UnsupportedOSPlatform("windows")]
public sealed class LauncherFixture : IDisposable
{
    // Generous, for a machine that is busy with other tests; nothing here takes a second by itself.
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private static readonly string[] Tools =
        ["sh", "cat", "date", "find", "grep", "mkdir", "mv", "ps", "readlink", "rm", "sed", "sleep", "tail", "touch", "uname", "chmod"];

    private const string FakeDotnet = """
        #!/bin/sh
        fake=${0%/*}/..
        case $1 in
            --version) [ ! -f "$fake/old" ] || exit 1; echo 10.0.100; exit ;;
            --list-runtimes) echo "Microsoft.NETCore.App 10.0.1 [$fake/net/shared/Microsoft.NETCore.App]"; exit ;;
        esac
        for word; do case $word in -p:LauncherBuild=*) form=${word#*=} ;; esac; done
        echo "$form" >>"$fake/builds"
        while [ -f "$fake/hold" ]; do sleep 0.05; done
        [ ! -f "$fake/broken" ] || { echo "A.cs(1,1): error CS1002: ; expected"; exit 1; }
        if [ -f "$fake/offline" ]; then
            echo "error NU1101: Unable to find package Microsoft.NETCore.App.Runtime.linux-x64"
            [ "$form" = plain ] || exit 1
        fi
        while [ "$1" != -o ]; do shift; done
        mkdir -p "$2"
        printf '#!/bin/sh\necho "%s|$DOTNET_ROOT|$*"\nexit "${1:-0}"\n' "$(cat "$fake/home/src/A.cs")" >"$2/tutti"
        chmod +x "$2/tutti"
        """;

    public LauncherFixture()
    {
        foreach (var folder in new[] { "bin", "net", "home/src", "elsewhere" })
            Directory.CreateDirectory(In(folder));
        foreach (var tool in Tools)
            File.CreateSymbolicLink(In("bin/" + tool), Which(tool));
        Script(In("bin/dotnet"), FakeDotnet);
        Script(In("bin/gcc"), "#!/bin/sh\n");
        Script(In("home/tutti"), File.ReadAllText(Path.Combine(RepositoryRoot(), "tutti")));
        foreach (var file in new[] { "global.json", "Directory.Build.props", "Directory.Packages.props", "src/A.cs" })
            File.WriteAllText(In("home/" + file), "one");
    }

    public string Root { get; } = Directory.CreateTempSubdirectory("tutti-launcher-").FullName;

    /// <summary>The forms that were published, in order.</summary>
    public IReadOnlyList<string> Builds => File.Exists(In("builds")) ? File.ReadAllLines(In("builds")) : [];

    public string In(string path) => Path.Combine(Root, path);

    /// <summary>Starts the launcher from a folder that is not its own.</summary>
    public Task<CommandResult> StartAsync(params string[] arguments) => StartAsync(In("home/tutti"), arguments);

    public Task<CommandResult> StartAsync(string launcher, string[] arguments) =>
        CommandRunner.RunAsync(new Command(launcher, arguments, In("elsewhere"))
        {
            Environment = new Dictionary<string, string> { ["PATH"] = In("bin"), ["HOME"] = Root },
            Limit = Limit,
        });

    /// <summary>Writes a source with a time after the last build's.</summary>
    public void Edit(string text)
    {
        File.WriteAllText(In("home/src/A.cs"), text);
        File.SetLastWriteTimeUtc(In("home/src/A.cs"), File.GetLastWriteTimeUtc(In("home/artifacts/launcher/current")) + TimeSpan.FromSeconds(1));
    }

    public async Task UntilAsync(Func<bool> reached)
    {
        using var limit = new CancellationTokenSource(Limit);
        while (!reached())
            await Task.Delay(TimeSpan.FromMilliseconds(10), limit.Token);
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);

    private static void Script(string path, string text)
    {
        File.WriteAllText(path, text);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private static string Which(string tool) =>
        Environment.GetEnvironmentVariable("PATH")!.Split(':').Select(folder => Path.Combine(folder, tool)).First(File.Exists);

    private static string RepositoryRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Tutti.slnx")))
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("no Tutti.slnx above the test program");
        return folder;
    }
}
