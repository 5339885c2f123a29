using System.Text.RegularExpressions;
using Tutti.Core;
using Tutti.Core.Plan;
using Tutti.Engine.Documents;
using Tutti.Engine.Processes;

namespace Tutti.Engine.Config;

/// <summary>Reads <c>agents:</c>, the user's own entries beside the kinds that are known without any.</summary>
public static partial class AgentEntries
{
    /// <summary>What can be driven; each is an agent of that name even without an entry.</summary>
    public static readonly IReadOnlyList<string> Kinds = ["claude", "codex", "opencode", "gemini", "acp", AgentChoice.Shell];

    // A configuration directory per attempt (P11), or the user's own for all.
    private static readonly string[] ConfigWords = ["attempt", "user"];

    private static readonly Schema<AgentEntry> Keys = new(
        new("kind", (entry, node) => entry with { Kind = node.OneOf(Kinds) }),
        new("command", (entry, node) => entry with { Command = Command(entry, node) }),
        new("model", (entry, node) => entry with { Model = node.Word() }),
        new("provider", (entry, node) => entry with { Provider = node.Word() }),
        new("config", (entry, node) => entry with { OwnConfig = node.OneOf(ConfigWords) == ConfigWords[0] }),
        Key.Many<AgentEntry>("sandbox", (entry, node) => entry with { Sandbox = SandboxKeys.Read(node) }),
        Key.Many<AgentEntry>("args", (entry, node) => entry with { Args = [.. node.Items().Select(NodeValues.Text)] }),
        Key.Many<AgentEntry>("env", (entry, node) => entry with { Env = Variables(node, entry.Env) }));

    /// <summary>A map of entries; an entry that was there before keeps what is not said anew, unless its kind changes.</summary>
    public static IReadOnlyDictionary<string, AgentEntry> Read(Node node, IReadOnlyDictionary<string, AgentEntry> before)
    {
        var entries = new Dictionary<string, AgentEntry>(before);
        foreach (var entry in node.Entries())
            entries[entry.Key] = Read(entry, before.GetValueOrDefault(entry.Key));
        return entries;
    }

    private static AgentEntry Read(Entry entry, AgentEntry? before)
    {
        if (!EntryName().IsMatch(entry.Key) || entry.Key == AgentChoice.None)
        {
            throw FailureException.Input(
                "agent_name",
                $"'{DocumentFailure.Shown(entry.Key)}' cannot be an agent's name, in {entry.Place}",
                "use letters, digits, '-', '_' and '.'; 'none' is taken");
        }

        var kind = (entry.Value as Mapping)?["kind"]?.OneOf(Kinds) ?? before?.Kind ?? Kinds.FirstOrDefault(kind => kind == entry.Key);
        if (kind is null)
        {
            var hint = Nearest.To(entry.Key, Kinds) is { } near
                ? $"did you mean '{near}'? Otherwise add 'kind: {near}'"
                : $"add 'kind:' with one of {string.Join(", ", Kinds)}";
            throw FailureException.Input("agent_kind", $"agent '{entry.Key}' needs a kind, in {entry.Place}", hint);
        }

        return Keys.Read(entry.Value, before is not null && before.Kind == kind ? before : new AgentEntry(kind));
    }

    // Of the shell it is a script, which sh itself reads; of all others it is cut into words, and whoever does it later knows no line to name.
    private static string Command(AgentEntry entry, Node node)
    {
        var line = node.Word();
        try
        {
            return entry.Kind == AgentChoice.Shell || CommandWords.Split(line).Count > 0 ? line : throw DocumentFailure.WrongType(node, "a program");
        }
        catch (FailureException e) when (e.Failure.Code == "command_invalid")
        {
            throw FailureException.Input(e.Failure.Code, $"{e.Message}, in {node.Place}", "close it, or put a backslash before it");
        }
    }

    // GIT_* would point the agent's git at another repository; SPEC 6 keeps it out.
    private static Dictionary<string, string> Variables(Node node, IReadOnlyDictionary<string, string>? before)
    {
        var variables = new Dictionary<string, string>(before ?? new Dictionary<string, string>());
        foreach (var entry in node.Entries())
        {
            if (!VariableName().IsMatch(entry.Key) || entry.Key.StartsWith("GIT_", StringComparison.Ordinal))
            {
                throw FailureException.Input(
                    "env_name",
                    $"'{DocumentFailure.Shown(entry.Key)}' cannot be set for an agent, in {entry.Place}",
                    "names are letters, digits and '_'; GIT_* is never passed on");
            }

            variables[entry.Key] = entry.Value.IsNull ? "" : entry.Value.Text();
        }

        return variables;
    }

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}\z", RegexOptions.CultureInvariant)]
    private static partial Regex EntryName();

    [GeneratedRegex(@"^[A-Za-z_][A-Za-z0-9_]{0,199}\z", RegexOptions.CultureInvariant)]
    private static partial Regex VariableName();
}
