using System.Globalization;
using Tutti.Core;

namespace HistoryReplay;

/// <summary>What is replayed, and how.</summary>
/// <param name="Path">Any folder of a clone: its top, one below, a bare repository, a linked worktree.</param>
/// <param name="Max">The newest so many merges; null is all.</param>
/// <param name="Styles">The styles each merge is landed in.</param>
/// <param name="InCheckout">How many of the merges are also made by <c>git merge</c> in a checkout.</param>
public sealed record Options(string Path, int? Max, IReadOnlyList<MergeStyle> Styles, int InCheckout)
{
    public const string Usage = """
        usage: history-replay PATH [--max N] [--style merge|squash|rebase|all] [--checkout N]

        Lands both sides of every merge commit in the clone at PATH with Tutti's code, in a temporary folder (TMPDIR), and compares
        the files with git's own merge. The clone itself is only read.

          --max N        the newest N merges only
          --style STYLE  how they are landed (default: all three)
          --checkout N   make N of the merges also with `git merge` in a checkout (default: 25), to see that the comparison is right
        """;

    private const int CheckoutsByDefault = 25;

    /// <summary>The options, or null and what is wrong.</summary>
    public static Options? Parse(IReadOnlyList<string> arguments, out string wrong)
    {
        var options = new Options("", null, Enum.GetValues<MergeStyle>(), CheckoutsByDefault);
        wrong = "";
        for (var i = 0; i < arguments.Count && wrong.Length == 0; i++)
        {
            var value = i + 1 < arguments.Count ? arguments[i + 1] : null;
            switch (arguments[i])
            {
                case "--max" when Number(value) is { } max and > 0:
                    options = options with { Max = max };
                    i++;
                    break;
                case "--checkout" when Number(value) is { } some:
                    options = options with { InCheckout = some };
                    i++;
                    break;
                case "--style" when Style(value) is { } styles:
                    options = options with { Styles = styles };
                    i++;
                    break;
                case "--max" or "--checkout" or "--style":
                    wrong = value is null ? $"{arguments[i]} needs a value" : $"'{value}' is no value for {arguments[i]}";
                    break;
                case ['-', ..]:
                    wrong = $"there is no option {arguments[i]}";
                    break;
                case var path when options.Path.Length == 0 && path.Length > 0:
                    options = options with { Path = path };
                    break;
                default:
                    wrong = $"one path only, not also '{arguments[i]}'";
                    break;
            }
        }

        if (wrong.Length == 0 && options.Path.Length == 0)
            wrong = "which clone? Its path is missing";
        return wrong.Length == 0 ? options : null;
    }

    private static int? Number(string? value) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static IReadOnlyList<MergeStyle>? Style(string? value) => value switch
    {
        "merge" => [MergeStyle.Merge],
        "squash" => [MergeStyle.Squash],
        "rebase" => [MergeStyle.Rebase],
        "all" => Enum.GetValues<MergeStyle>(),
        _ => null,
    };
}
