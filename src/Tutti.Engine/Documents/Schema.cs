using Tutti.Core;

namespace Tutti.Engine.Documents;

/// <summary>One known key of a map, and what it does to the value that the map describes.</summary>
/// <param name="Name">As in the document.</param>
/// <param name="Apply">The value so far, and what the key is set to (never null), to the value with it.</param>
public sealed record Key<T>(string Name, Func<T, Node, T> Apply)
{
    /// <summary>Dotted paths of the single values under this key; empty for lists and maps with free keys.</summary>
    public IReadOnlyList<string> Singles { get; init; } = [Name];
}

/// <summary>The kinds of keys that hold more than a single value.</summary>
public static class Key
{
    /// <summary>A key with keys of its own, each a part of the same value.</summary>
    public static Key<T> Group<T, TPart>(string name, Schema<TPart> schema, Func<T, TPart> get, Func<T, TPart, T> set) =>
        new(name, (value, node) => set(value, schema.Read(node, get(value))))
        {
            Singles = [.. schema.Keys.SelectMany(key => key.Singles).Select(path => $"{name}.{path}")],
        };

    /// <summary>A key whose value is a list or a map with free keys.</summary>
    public static Key<T> Many<T>(string name, Func<T, Node, T> apply) => new(name, apply) { Singles = [] };
}

/// <summary>The known keys of a map. It is the list that unknown keys are checked against, and the reader, in one.</summary>
public sealed class Schema<T>(params IReadOnlyList<Key<T>> keys)
{
    private readonly Dictionary<string, Key<T>> _byName = keys.ToDictionary(key => key.Name);

    /// <summary>In the order in which messages list them.</summary>
    public IReadOnlyList<Key<T>> Keys => keys;

    /// <summary>Applies every key of a map to a value, in the document's order; a key without a value changes nothing.</summary>
    /// <param name="node">A map, or nothing at all.</param>
    /// <param name="start">The value before.</param>
    /// <exception cref="FailureException"><c>unknown_key</c> first of all, so that a slip is told as one; then what the keys throw.</exception>
    public T Read(Node node, T start)
    {
        if (node.Entries().FirstOrDefault(entry => !_byName.ContainsKey(entry.Key)) is { } unknown)
            throw DocumentFailure.UnknownKey(unknown, _byName.Keys);
        return node.Entries()
            .Where(entry => !entry.Value.IsNull)
            .Aggregate(start, (value, entry) => _byName[entry.Key].Apply(value, entry.Value));
    }

    /// <summary>As <see cref="Read"/>, for files that are not ours: unknown keys are passed over, and a value that cannot be used becomes a note.</summary>
    /// <param name="node">A map; anything else is passed over.</param>
    /// <param name="start">The value before.</param>
    /// <param name="note">Takes what could not be used.</param>
    public T ReadLeniently(Node? node, T start, Action<Failure> note)
    {
        var value = start;
        foreach (var entry in (node as Mapping)?.Entries ?? [])
        {
            if (entry.Value.IsNull || !_byName.TryGetValue(entry.Key, out var key))
                continue;
            try
            {
                value = key.Apply(value, entry.Value);
            }
            catch (FailureException e)
            {
                note(e.Failure);
            }
        }

        return value;
    }
}
