namespace Tutti.Core.Plan;

/// <summary>
/// Asks whether two sequences with stars (items that stand for any run of items, also none) can be the same sequence.
/// The same question decides globs twice: over the characters of one path segment, and over the segments of a path.
/// </summary>
internal static class StarTable
{
    /// <summary>True when some sequence fits both; time is the product of the lengths, memory the shorter of two rows.</summary>
    /// <param name="left">Length of the first sequence.</param>
    /// <param name="right">Length of the second sequence.</param>
    /// <param name="leftStar">Is that item of the first a star?</param>
    /// <param name="rightStar">Is that item of the second a star?</param>
    /// <param name="meet">Can these two items, neither a star, be the same?</param>
    public static bool Meet(int left, int right, Func<int, bool> leftStar, Func<int, bool> rightStar, Func<int, int, bool> meet)
    {
        // below[j]: the rest of the first from i + 1 on, and the rest of the second from j on, can be the same.
        var below = new bool[right + 1];
        var row = new bool[right + 1];
        for (var i = left; i >= 0; i--)
        {
            for (var j = right; j >= 0; j--)
            {
                if (i < left && leftStar(i))
                    row[j] = below[j] || (j < right && row[j + 1]);
                else if (j < right && rightStar(j))
                    row[j] = row[j + 1] || (i < left && below[j]);
                else if (i < left && j < right)
                    row[j] = below[j + 1] && meet(i, j);
                else
                    row[j] = i == left && j == right;
            }

            (below, row) = (row, below);
        }

        return below[0];
    }
}
