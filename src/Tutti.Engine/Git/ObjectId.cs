using System.Buffers;

namespace Tutti.Engine.Git;

/// <summary>Full object ids, the only names that are held across a gap: branch names move, abbreviations become ambiguous.</summary>
public static class ObjectId
{
    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789abcdef");

    /// <summary>True for 40 (SHA-1) or 64 (SHA-256) lower-case hexadecimal digits.</summary>
    public static bool IsFull(string? id) => id is { Length: 40 or 64 } && !id.AsSpan().ContainsAnyExcept(Digits);

    /// <summary>The id that stands for "does not exist" beside ids of this length.</summary>
    public static string Zero(string like) => new('0', like.Length);

    /// <summary>Passes a full id on; anything else is a defect of the caller.</summary>
    /// <exception cref="ArgumentException">Not a full id.</exception>
    public static string Check(string id) => IsFull(id) ? id : throw new ArgumentException($"'{id}' is no full object id", nameof(id));
}
