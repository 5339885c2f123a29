using System.Globalization;
using System.Text;

namespace Tutti.Engine.Git.Landing;

/// <summary>What one of many merges gave.</summary>
/// <param name="Clean">There was no conflict.</param>
/// <param name="Output">Tree, paths and messages.</param>
public sealed record BatchedMerge(bool Clean, MergeTreeOutput Output);

/// <summary>What <c>git merge-tree --write-tree -z --messages --stdin</c> says (git 2.38).</summary>
public static class MergeTreeBatch
{
    /// <summary>
    /// Reads the results that are whole, in the order of the merges asked for. Each is that of a single merge (see
    /// <see cref="MergeTreeOutput.Parse"/>) between a status and one more NUL:
    /// <code>
    /// 0␀TREE␀100644 ID 1␉path␀…␀␀1␀path␀CONFLICT (contents)␀CONFLICT (content): …␀␀      (0 conflicted)
    /// 1␀TREE␀␀1␀path␀Auto-merging␀Auto-merging path\n␀␀                                   (1 clean)
    /// </code>
    /// Where git gave up in the middle, or its output was cut off, the list is shorter than what was asked for.
    /// </summary>
    public static IReadOnlyList<BatchedMerge> Parse(ReadOnlySpan<byte> output)
    {
        var results = new List<BatchedMerge>();
        while (End(output) is > 0 and var end)
        {
            results.Add(new BatchedMerge(output[0] == (byte)'1', MergeTreeOutput.Parse(output[2..end])));
            output = output[end..];
        }

        return results;
    }

    // Bytes of the first result; 0 where there is no whole one.
    private static int End(ReadOnlySpan<byte> output)
    {
        var at = 0;
        if (Field(output, ref at) is not ("0" or "1") || Field(output, ref at) is null)
            return 0;
        string? field;
        while ((field = Field(output, ref at)) is { Length: > 0 })
        {
            // A stage of a conflicted path.
        }

        while (field is not null && (field = Field(output, ref at)) is { Length: > 0 })
        {
            if (!int.TryParse(field, NumberStyles.None, CultureInfo.InvariantCulture, out var paths))
                return 0;
            for (var left = paths + 2; left > 0 && field is not null; left--)
                field = Field(output, ref at);
        }

        return field is null ? 0 : at;
    }

    private static string? Field(ReadOnlySpan<byte> output, ref int at)
    {
        var length = output[at..].IndexOf((byte)0);
        if (length < 0)
            return null;
        var field = Encoding.UTF8.GetString(output.Slice(at, length));
        at += length + 1;
        return field;
    }
}
