using Tutti.Core;
using Tutti.Core.Plan;
using Tutti.Engine.Documents;
using Tutti.Engine.Host;

namespace Tutti.Engine.Config;

/// <summary>
/// Merges settings (SPEC 5); later wins: built-in defaults, profile, the user's file, <c>.taskmaster/parallel-dev.config.yaml</c>,
/// <c>.claude/auto-context.yaml</c>, <c>.tutti.yaml</c>, environment, command line. The profile may be named in any of them (the
/// last name counts) and still is the base under all.
/// </summary>
public static class SettingsLoader
{
    /// <summary>Reads what is there.</summary>
    /// <param name="sources">Where settings come from.</param>
    /// <param name="known">
    /// <see cref="Settings.Files"/> of the time before. A file that goes is no change but a slip: whoever switches to a branch without it has not
    /// said that nothing is to be verified any more.
    /// </param>
    /// <exception cref="FailureException">What is wrong in one of our own files, in the environment or on the command line, or <c>settings_gone</c>; category Input.</exception>
    public static LoadedSettings Load(SettingsSources sources, IReadOnlyList<string>? known = null)
    {
        if (sources.Candidates.FirstOrDefault(candidate => known?.Contains(candidate.Name) == true && !File.Exists(candidate.Path)).Name is { } gone)
            throw FailureException.Input("settings_gone", $"{gone} is not there any more", "put it back; an empty one says that nothing is set there");

        var notes = new List<string>();
        var layers = Layers(sources, notes);
        var definitions = layers.SelectMany(layer => layer.Profiles).ToList();
        foreach (var definition in definitions)
            SettingsSchema.Profile.Read(definition.Value, new Draft(new Settings()));
        var profile = Profile(sources, layers, definitions, notes);
        var draft = layers.Aggregate(Profiles.Apply(profile, definitions), (draft, layer) => layer.Apply(draft));
        var settings = sources.CommandLine(draft.Settings) with { Profile = profile, Files = [.. layers.Select(layer => layer.File).OfType<string>()] };
        Check(settings, layers, definitions);
        return new LoadedSettings(settings, notes) { Display = draft.Display };
    }

    // One place that settings come from. Foreign ones have no document: their slips are notes, not failures.
    private sealed record Layer(Func<Draft, Draft> Apply)
    {
        public string? File { get; init; }
        public Mapping? Document { get; init; }
        public Scalar? Profile { get; init; }
        public IReadOnlyList<Entry> Profiles => Document?[SettingsSchema.ProfilesKey]?.Entries() ?? [];
    }

    private static List<Layer> Layers(SettingsSources sources, List<string> notes)
    {
        var layers = new List<Layer>();
        foreach (var (path, name) in sources.Candidates.Where(candidate => File.Exists(candidate.Path) || Directory.Exists(candidate.Path)))
        {
            var layer = name is SettingsSources.ParallelDevFile or SettingsSources.AutoContextFile
                ? Foreign(path, name, notes)
                : Own(Document(path, name));
            layers.Add(layer with { File = name });
        }

        if (File.Exists(Path.Combine(sources.Repository, ".tutti.yml")))
            notes.Add($".tutti.yml is not read; its name must be {SettingsSources.RepositoryFile}");
        layers.Add(Own(SettingsEnvironment.Read(sources.Environment)));
        return layers;
    }

    // Settings are read again whenever they change: a pipe would be empty by then, or wait for ever.
    private static Node Document(string path, string name) => Directory.Exists(path) || RegularFile.Is(path)
        ? DocumentReader.Read(path, name)
        : throw FailureException.Input("file_unreadable", $"cannot read {name}: it is a pipe or a device", "settings are kept in a file; remove this, or put one in its place");

    private static Layer Own(Node document) => new(draft => SettingsSchema.File.Read(document, draft))
    {
        Document = document as Mapping,
        Profile = (document as Mapping)?[SettingsSchema.ProfileKey] is { } profile ? profile as Scalar ?? throw DocumentFailure.WrongType(profile, "text") : null,
    };

    private static Layer Foreign(string path, string name, List<string> notes)
    {
        void Note(Failure failure) => notes.Add($"{failure.Message}; this is passed over");
        try
        {
            var document = Document(path, name);
            return name == SettingsSources.AutoContextFile
                ? new Layer(draft => ForeignSettings.ReadAutoContext(document, draft, Note))
                : new Layer(draft => ForeignSettings.ReadParallelDev(document, draft, Note)) { Profile = ForeignSettings.ProfileOf(document) };
        }
        catch (FailureException e)
        {
            // Another tool's file that is broken is no reason to refuse work here.
            Note(e.Failure);
            return new Layer(draft => draft);
        }
    }

    private static string Profile(SettingsSources sources, List<Layer> layers, List<Entry> definitions, List<string> notes)
    {
        // What the command line says is a function; an impossible name shows whether it touches the profile.
        const string untouched = "";
        var said = sources.CommandLine(new Settings { Profile = untouched }).Profile;
        if (said != untouched)
            return Profiles.Unknown(said, null, definitions) is { } wrong ? throw new FailureException(wrong) : said;
        foreach (var layer in layers.AsEnumerable().Reverse().Where(layer => layer.Profile is not null))
        {
            var profile = layer.Profile!;
            if (Profiles.Unknown(profile.Text, profile.Place, definitions) is not { } failure)
                return profile.Text;
            if (layer.Document is not null)
                throw new FailureException(failure);
            notes.Add($"{failure.Message}; this is passed over");
        }

        return Profiles.Default;
    }

    // The command line is a function too: what it set is checked here.
    private static void Check(Settings settings, List<Layer> layers, List<Entry> definitions)
    {
        if (settings.MaxAgents is < 1 or > SettingsSchema.MostAgents)
            throw FailureException.Input("out_of_range", $"the number of agents must be from 1 to {SettingsSchema.MostAgents}, not {settings.MaxAgents}");
        if (BranchPattern.Problem(settings.Branch) is { } problem)
            throw FailureException.Input("branch_pattern", $"branch '{DocumentFailure.Shown(settings.Branch)}' {problem}");
        string[] known = [.. AgentEntries.Kinds.Union(settings.Agents.Keys), AgentChoice.None];
        var unknown = settings.Roles.Values.Select(choice => choice.Agent).Prepend(settings.Agent).FirstOrDefault(agent => agent is not null && !known.Contains(agent));
        if (unknown is null)
            return;
        var place = layers.Select(layer => layer.Document).Concat(definitions.Select(entry => entry.Value as Mapping))
            .SelectMany(AgentNames).LastOrDefault(scalar => scalar.Text.Trim() == unknown)?.Place;
        throw FailureException.Input("agent_unknown", $"unknown agent '{DocumentFailure.Shown(unknown)}'{(place is { } at ? $", in {at}" : "")}", Nearest.Hint(DocumentFailure.Shown(unknown), known));
    }

    private static IEnumerable<Scalar> AgentNames(Mapping? document)
    {
        IEnumerable<Node?> roles = (document?["roles"] as Mapping)?.Entries.Select(entry => entry.Value is Mapping choice ? choice["agent"] : entry.Value) ?? [];
        return roles.Prepend(document?["agent"]).OfType<Scalar>();
    }
}
