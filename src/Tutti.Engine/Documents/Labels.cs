using Tutti.Core;

namespace Tutti.Engine.Documents;

/// <summary>
/// What messages call a value. Keys are joined by dots; a list starts anew, since its line says more than a long path:
/// <c>limits.attempt</c>, <c>verify item 2</c>, and within the third task simply <c>complexity</c>.
/// </summary>
internal readonly record struct Labels(string Own, string Prefix)
{
    private const int LongestKey = 60;

    public static readonly Labels Root = new("", "");

    public Labels Key(string key)
    {
        var label = Prefix + ShortText.Of(key, LongestKey);
        return new Labels(label, label + ".");
    }

    public Labels Item(int index) => new($"{(Own.Length > 0 ? Own : "list")} item {index + 1}", "");
}
