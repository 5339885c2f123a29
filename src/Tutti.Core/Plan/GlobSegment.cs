namespace Tutti.Core.Plan;

/// <summary>One segment of a glob: <c>auth</c>, <c>*.cs</c>, <c>v?</c>, <c>[a-c]x</c>. Never contains a slash.</summary>
internal sealed class GlobSegment
{
    private enum Kind
    {
        Literal,
        One,
        Class,
        Star,
    }

    private readonly record struct Item(Kind Kind, char Char = '\0', string Set = "");

    private readonly Item[] _items;
    private readonly string _text;

    private GlobSegment(string text, Item[] items)
    {
        _text = text;
        _items = items;
        IsLiteral = Array.TrueForAll(items, item => item.Kind == Kind.Literal);
    }

    /// <summary>True when it names exactly one file or folder.</summary>
    public bool IsLiteral { get; }

    /// <summary>Reads a segment.</summary>
    /// <param name="text">The segment, without slashes.</param>
    /// <param name="classes">False takes brackets as they are: <c>[id].tsx</c> is a real file name in many web projects.</param>
    public static GlobSegment Parse(string text, bool classes)
    {
        var items = new List<Item>(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            var end = classes && text[i] == '[' ? ClassEnd(text, i) : -1;
            items.Add(text[i] switch
            {
                '*' => new Item(Kind.Star),
                '?' => new Item(Kind.One),
                _ when end > 0 => new Item(Kind.Class, Set: text[(i + 1)..end]),
                var c => new Item(Kind.Literal, c),
            });
            i = end > 0 ? end : i;
        }

        return new GlobSegment(text, [.. items]);
    }

    /// <summary>Could one name fit both? Case is ignored, since some file systems ignore it; classes count as any character.</summary>
    public bool Overlaps(GlobSegment other)
    {
        if (IsLiteral && other.IsLiteral)
            return string.Equals(_text, other._text, StringComparison.OrdinalIgnoreCase);
        return StarTable.Meet(_items.Length, other._items.Length, IsStar, other.IsStar, (i, j) => CanMeet(_items[i], other._items[j]));
    }

    /// <summary>Does this name fit? Case counts.</summary>
    public bool Matches(string name) =>
        IsLiteral ? _text == name : StarTable.Meet(_items.Length, name.Length, IsStar, _ => false, (i, j) => Fits(_items[i], name[j]));

    private bool IsStar(int index) => _items[index].Kind == Kind.Star;

    private static bool CanMeet(Item a, Item b) =>
        a.Kind != Kind.Literal || b.Kind != Kind.Literal || char.ToUpperInvariant(a.Char) == char.ToUpperInvariant(b.Char);

    private static bool Fits(Item item, char c) => item.Kind switch
    {
        Kind.Literal => item.Char == c,
        Kind.Class => InClass(item.Set, c),
        _ => true,
    };

    // `[!a-c_]` and `[^a-c_]` exclude; a `]` right after the opening belongs to the class.
    private static bool InClass(string set, char c)
    {
        var negated = set[0] is '!' or '^' && set.Length > 1;
        for (var i = negated ? 1 : 0; i < set.Length; i++)
        {
            var range = i + 2 < set.Length && set[i + 1] == '-';
            if (c >= set[i] && c <= (range ? set[i + 2] : set[i]))
                return !negated;
            i += range ? 2 : 0;
        }

        return negated;
    }

    private static int ClassEnd(string text, int open)
    {
        var first = open + 1 < text.Length && text[open + 1] is '!' or '^' ? open + 2 : open + 1;
        return first + 1 <= text.Length ? text.IndexOf(']', Math.Min(first + 1, text.Length)) : -1;
    }
}
