using System.Text.Json;

namespace Tutti.Engine.Agents.Acp;

/// <summary>Tool calls under way: their name, target and changes come in pieces, and in any order.</summary>
/// <remarks>
/// <c>{"sessionUpdate":"tool_call","toolCallId":"c1","title":"bash","kind":"execute","status":"pending","locations":[],"rawInput":{}}</c>, then
/// <c>{"sessionUpdate":"tool_call_update","toolCallId":"c1","status":"in_progress","title":"npm test","rawInput":{"command":"npm test"}}</c>.
/// Awkward: the title begins as a name and becomes the target; some send the request for permission and the last update only; a changed file
/// is a <c>diff</c> in <c>content</c>, or nothing but a location.
/// </remarks>
internal sealed class AcpTools
{
    // An agent that never says that a call is over cannot make the table grow.
    private const int MostUnderWay = 200;

    private readonly Dictionary<string, Call> _calls = new(StringComparer.Ordinal);

    /// <summary>Keeps what a request for permission tells of a call.</summary>
    public void Note(JsonElement call) => Of(call)?.Add(call);

    /// <summary>A call that was not allowed.</summary>
    public AgentEvent.PermissionRefused Refused(string? id, string? title)
    {
        var name = id is not null && _calls.TryGetValue(id, out var call) ? call.Name : null;
        if (id is not null && _calls.TryGetValue(id, out var refused))
            refused.Told = refused.Refused = true;
        return new AgentEvent.PermissionRefused(name ?? "tool", title ?? "what it asked for");
    }

    /// <summary>The events of a <c>tool_call</c> or its update.</summary>
    public IEnumerable<AgentEvent> Take(JsonElement update)
    {
        if (Of(update) is not { } call)
            yield break;
        call.Add(update);
        var status = update.Text("status");
        var over = status is "completed" or "failed";
        if (!call.Told && (over || (call.Target is not null && status != "pending" && call.Status != "pending")))
        {
            call.Told = true;
            yield return new AgentEvent.ToolUsed(call.Name ?? "tool", call.Target ?? call.Title, status == "failed");
        }
        else if (status == "failed" && !call.Refused)
        {
            yield return new AgentEvent.ToolUsed(call.Name ?? "tool", call.Target ?? call.Title, Failed: true);
        }

        foreach (var change in status == "completed" ? call.Changes(update) : [])
            yield return change;
        if (over)
            _calls.Remove(update.Text("toolCallId")!);
    }

    private Call? Of(JsonElement update)
    {
        if (update.Text("toolCallId") is not { } id)
            return null;
        if (_calls.TryGetValue(id, out var known))
            return known;
        if (_calls.Count >= MostUnderWay)
            _calls.Clear();
        return _calls[id] = new Call();
    }

    private sealed class Call
    {
        private readonly Dictionary<string, FileChange> _diffs = new(StringComparer.Ordinal);
        private string? _kind;
        private string? _location;
        private string? _first;
        private string? _own;

        public bool Told { get; set; }

        public bool Refused { get; set; }

        public string? Status { get; private set; }

        public string? Title { get; private set; }

        public string? Target { get; private set; }

        // "write" and "bash" are names, "Writing to a.txt" and "git commit" are not.
        public string? Name => _own ?? (_first?.Contains(' ', StringComparison.Ordinal) == false ? _first : _kind ?? _first);

        public void Add(JsonElement call)
        {
            (_kind, Title, Status) = (call.Text("kind") ?? _kind, call.Text("title") ?? Title, call.Text("status") ?? Status);
            _first ??= Title;
            _own ??= call.Text("name") ?? call.Get("_meta", "claudeCode")?.Text("toolName") ?? call.Get("_meta")?.Text("toolName");
            _location = call.List("locations").Select(l => l.Text("path")).FirstOrDefault(path => path is not null) ?? _location;
            Target = ToolTarget.Of(call.Get("rawInput")) ?? Target ?? (_kind == "execute" ? null : _location);
            foreach (var diff in call.List("content").Where(c => c.Text("type") == "diff" && c.Text("path") is not null))
                _diffs[diff.Text("path")!] = Kind(diff);
            Target ??= _diffs.Keys.FirstOrDefault();
        }

        public IEnumerable<AgentEvent> Changes(JsonElement last)
        {
            if (_diffs.Count == 0 && _kind is "edit" or "delete" && (Target ?? _location) is { } path)
                _diffs[path] = _kind == "delete" ? FileChange.Deleted : last.Get("rawOutput", "metadata")?.Flag("exists") == false ? FileChange.Added : FileChange.Modified;
            // qwen asks with the whole path and reports with the relative one.
            return _diffs.Where(diff => !_diffs.Keys.Any(other => other.EndsWith('/' + diff.Key, StringComparison.Ordinal))).Select(diff => new AgentEvent.FileChanged(diff.Key, diff.Value));
        }

        private static FileChange Kind(JsonElement diff) =>
            diff.Get("_meta")?.Text("kind") == "delete" ? FileChange.Deleted
            : string.IsNullOrEmpty(diff.Text("oldText")) ? FileChange.Added
            : FileChange.Modified;
    }
}
