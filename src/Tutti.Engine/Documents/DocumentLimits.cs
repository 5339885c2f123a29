namespace Tutti.Engine.Documents;

/// <summary>What a document may cost; a hostile one is refused instead of filling memory or the stack.</summary>
public static class DocumentLimits
{
    /// <summary>Bytes of a file.</summary>
    public const int Bytes = 16 * 1024 * 1024;

    /// <summary>Maps and lists within each other, aliases followed.</summary>
    public const int Depth = 64;

    /// <summary>Values, maps and lists together; a plan of 10,000 tasks has about 200,000.</summary>
    public const int Nodes = 1_000_000;

    /// <summary>Nodes that aliases may add when they are followed ("billion laughs" adds 10^9).</summary>
    public const int AliasedNodes = 100_000;

    /// <summary>Characters of a key.</summary>
    public const int KeyLength = 1000;
}
