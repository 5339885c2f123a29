namespace Tutti.Engine.Documents;

/// <summary>
/// A value of a YAML or JSON document that still knows where it stands. Scalars stay text, exactly as written, until
/// someone asks for a number or a boolean: the ids <c>5.1</c> and <c>5.10</c> must not become the same.
/// </summary>
/// <param name="Place">Where the value begins.</param>
/// <param name="Label">What messages call it: <c>limits.attempt</c>, <c>verify item 2</c>.</param>
public abstract record Node(Place Place, string Label)
{
    /// <summary>True for an empty value, <c>~</c> and <c>null</c>: the key was written, but nothing is said.</summary>
    public bool IsNull => this is Scalar { Kind: ScalarKind.Null };
}

/// <summary>How a scalar was written.</summary>
public enum ScalarKind
{
    Null,

    /// <summary>Without quotes; it may stand for a number or a boolean, and is written back without quotes.</summary>
    Plain,

    /// <summary>Quoted or a block; text whatever it looks like.</summary>
    Text,
}

/// <summary>A single value.</summary>
/// <param name="Text">The value with quotes and escapes resolved, nothing else.</param>
/// <param name="Kind">How it was written.</param>
/// <param name="Place">Where the value begins.</param>
/// <param name="Label">What messages call it.</param>
public sealed record Scalar(string Text, ScalarKind Kind, Place Place, string Label) : Node(Place, Label);

/// <summary>A list of values.</summary>
/// <param name="Items">In the order of the document.</param>
/// <param name="Place">Where the value begins.</param>
/// <param name="Label">What messages call it.</param>
public sealed record Sequence(IReadOnlyList<Node> Items, Place Place, string Label) : Node(Place, Label);

/// <summary>Keys and values; no key is there twice.</summary>
/// <param name="Entries">In the order of the document.</param>
/// <param name="Place">Where the value begins.</param>
/// <param name="Label">What messages call it.</param>
public sealed record Mapping(IReadOnlyList<Entry> Entries, Place Place, string Label) : Node(Place, Label)
{
    /// <summary>The value of a key; null where the key is missing or nothing is said.</summary>
    public Node? this[string key] => Entries.FirstOrDefault(entry => entry.Key == key && !entry.Value.IsNull)?.Value;
}

/// <summary>One line of a <see cref="Mapping"/>.</summary>
/// <param name="Key">The key as text.</param>
/// <param name="Place">Where the key stands.</param>
/// <param name="Value">What it is set to.</param>
public sealed record Entry(string Key, Place Place, Node Value);
