namespace Tutti.Engine.Documents;

/// <summary>Builds nodes to be written; they stand nowhere yet. Null means: leave it out.</summary>
public static class NodeOf
{
    private static readonly Place Nowhere = new("", 0);

    public static Scalar? Text(string? text) => text is null ? null : new Scalar(text, ScalarKind.Text, Nowhere, "");

    public static Scalar Number(long number) => new($"{number}", ScalarKind.Plain, Nowhere, "");

    /// <summary>Null where the list is empty.</summary>
    public static Sequence? Texts(IReadOnlyList<string> texts) => texts.Count > 0 ? List(texts.Select(text => Text(text)!)) : null;

    public static Sequence List(IEnumerable<Node> items) => new([.. items], Nowhere, "");

    /// <summary>The entries that have a value.</summary>
    public static Mapping Map(params ReadOnlySpan<(string Key, Node? Value)> entries)
    {
        var kept = new List<Entry>();
        foreach (var (key, value) in entries)
        {
            if (value is not null)
                kept.Add(new Entry(key, Nowhere, value));
        }

        return new Mapping(kept, Nowhere, "");
    }
}
