using System.Globalization;
using System.Text;

namespace Tutti.Engine.Git.Landing.Resolution;

/// <summary>Reads many objects with two git processes, as far as they are small enough to be looked into.</summary>
internal static class Blobs
{
    /// <summary>Larger ones are compared by their ids only.</summary>
    public const long LargestRead = 16L * 1024 * 1024;

    // What one answer of git may hold is 64 MB; headers come on top.
    private const long BatchLimit = 48L * 1024 * 1024;
    private const long TotalLimit = 384L * 1024 * 1024;

    // Git's own rule for what is binary: a NUL among the first 8000 bytes.
    private const int BinaryWithin = 8_000;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The content by id; what is missing, too large or too much is not in it.</summary>
    public static async Task<IReadOnlyDictionary<string, byte[]>> ReadAsync(ControlRepository control, IEnumerable<string> ids, CancellationToken cancellation, GitPlace? place = null)
    {
        var found = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        var wanted = ids.Distinct(StringComparer.Ordinal).Select(ObjectId.Check).Order(StringComparer.Ordinal).ToList();
        if (wanted.Count == 0)
            return found;
        var sizes = await SizesAsync(control, wanted, place, cancellation);
        var (batch, bytes, total) = (new List<string>(), 0L, 0L);
        foreach (var (id, size) in sizes)
        {
            if (size > LargestRead || total + size > TotalLimit)
                continue;
            if (bytes + size > BatchLimit)
            {
                Parse(await control.AskAsync(["cat-file", "--batch"], cancellation, Lines(batch), place), found);
                (batch, bytes) = ([], 0L);
            }

            batch.Add(id);
            (bytes, total) = (bytes + size, total + size);
        }

        if (batch.Count > 0)
            Parse(await control.AskAsync(["cat-file", "--batch"], cancellation, Lines(batch), place), found);
        return found;
    }

    /// <summary>A text's lines without their ends; null where it is no text. What is no UTF-8 is read byte for byte, so that different bytes stay different.</summary>
    public static IReadOnlyList<string>? Text(byte[] content)
    {
        if (content.AsSpan(0, Math.Min(content.Length, BinaryWithin)).Contains((byte)0))
            return null;
        string text;
        try
        {
            text = Strict.GetString(content);
        }
        catch (DecoderFallbackException)
        {
            text = Encoding.Latin1.GetString(content);
        }

        var lines = text.Split('\n');
        return lines[^1].Length == 0 ? lines[..^1] : lines;
    }

    // "ID blob 123", or "ID missing".
    private static async Task<List<(string Id, long Size)>> SizesAsync(ControlRepository control, List<string> ids, GitPlace? place, CancellationToken cancellation)
    {
        var answer = Encoding.UTF8.GetString(await control.AskAsync(["cat-file", "--batch-check"], cancellation, Lines(ids), place));
        return
        [
            .. answer.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.Split(' ')).Where(p => p is [_, "blob", _])
                .Select(p => (p[0], long.Parse(p[2], CultureInfo.InvariantCulture))),
        ];
    }

    // "ID blob 5\nhello\n"
    private static void Parse(ReadOnlySpan<byte> output, Dictionary<string, byte[]> into)
    {
        while (output.IndexOf((byte)'\n') is var end and > 0)
        {
            var head = Encoding.ASCII.GetString(output[..end]).Split(' ');
            output = output[(end + 1)..];
            if (head is not [var id, "blob", var size])
                continue;
            var length = int.Parse(size, CultureInfo.InvariantCulture);
            into[id] = output[..length].ToArray();
            output = output[(length + 1)..];
        }
    }

    private static string Lines(IEnumerable<string> ids) => string.Concat(ids.Select(id => id + "\n"));
}
