using Tutti.Core;
using Tutti.Engine.Config;

namespace Tutti.Tests.Config;

/// <summary>A repository's folder and a home folder, made for one test.</summary>
public sealed class SettingsFolder : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("tutti-settings-").FullName;

    public SettingsFolder() => Directory.CreateDirectory(Repository);

    public string Repository => Path.Combine(_root, "repository");

    public string Home => Path.Combine(_root, "home");

    public void Dispose() => Directory.Delete(_root, recursive: true);

    public SettingsFolder With(string name, string text)
    {
        var path = name.StartsWith('~') ? Path.Combine(Home, name[2..]) : Path.Combine(Repository, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return this;
    }

    public SettingsSources Sources(Func<Settings, Settings>? commandLine = null, params (string Name, string Value)[] environment) => new(Repository)
    {
        Environment = new Dictionary<string, string>(environment.Select(pair => KeyValuePair.Create(pair.Name, pair.Value))) { ["HOME"] = Home },
        CommandLine = commandLine ?? (settings => settings),
    };

    public LoadedSettings Load(Func<Settings, Settings>? commandLine = null, params (string Name, string Value)[] environment) =>
        SettingsLoader.Load(Sources(commandLine, environment));

    public Failure Failing(Func<Settings, Settings>? commandLine = null, params (string Name, string Value)[] environment)
    {
        var failure = Assert.Throws<FailureException>(() => Load(commandLine, environment)).Failure;
        Assert.Equal(FailureCategory.Input, failure.Category);
        return failure;
    }
}
