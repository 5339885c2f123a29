using System.Text;

namespace Tutti.Tests.Fuzzing;

/// <summary>Makes broken inputs of good ones: the same seed makes the same input on every machine.</summary>
public sealed class Mutator(int seed, IReadOnlyList<byte[]> samples)
{
    // Enough for any limit that is counted in lines or levels; the limits in megabytes have tests of their own.
    private const int Longest = 256 * 1024;

    private readonly Random _random = new(seed);

    /// <summary>The input of the seed: a sample with some things wrong with it.</summary>
    public byte[] Next()
    {
        var input = samples[_random.Next(samples.Count)].ToList();
        for (var left = 1 + _random.Next(6); left > 0; left--)
            Change(input);
        return [.. input.Take(Longest)];
    }

    private void Change(List<byte> input)
    {
        var (start, length) = Part(input);
        switch (_random.Next(11))
        {
            case 0:
                input.RemoveRange(start, length);
                break;
            case 1:
                input.InsertRange(start, input.GetRange(start, length));
                break;
            case 2 when input.Count > 0:
                input[_random.Next(input.Count)] ^= (byte)(1 << _random.Next(8));
                break;
            case 3:
                input.RemoveRange(start, input.Count - start);
                break;
            case 4:
                Repeat(input, start, input.GetRange(start, Math.Min(length, 40)));
                break;
            case 5:
                Repeat(input, start, Encoding.UTF8.GetBytes(Snippets.Nesting[_random.Next(Snippets.Nesting.Count)]));
                break;
            case 6:
                var other = samples[_random.Next(samples.Count)];
                var from = _random.Next(other.Length + 1);
                input.InsertRange(start, other.AsSpan(from, _random.Next(other.Length - from + 1)).ToArray());
                break;
            case 7:
                Swap(input, start, length);
                break;
            case 8:
                ReplaceNumber(input, start);
                break;
            default:
                input.InsertRange(start, Snippets.Bytes[_random.Next(Snippets.Bytes.Count)]);
                break;
        }
    }

    private (int Start, int Length) Part(List<byte> input)
    {
        var start = _random.Next(input.Count + 1);
        return (start, Math.Min(input.Count - start, _random.Next(4) == 0 ? _random.Next(input.Count + 1) : _random.Next(24)));
    }

    private void Repeat(List<byte> input, int at, IReadOnlyList<byte> piece)
    {
        if (piece.Count == 0)
            return;
        var times = Math.Min((Longest / 4) / piece.Count, 1 << _random.Next(14));
        input.InsertRange(at, Enumerable.Repeat(piece, times).SelectMany(p => p).ToList());
    }

    private void Swap(List<byte> input, int start, int length)
    {
        var part = input.GetRange(start, length);
        input.RemoveRange(start, length);
        input.InsertRange(_random.Next(input.Count + 1), part);
    }

    private void ReplaceNumber(List<byte> input, int from)
    {
        var at = input.FindIndex(Math.Min(from, input.Count), b => b is >= (byte)'0' and <= (byte)'9');
        if (at < 0)
            return;
        input.RemoveAt(at);
        input.InsertRange(at, Encoding.UTF8.GetBytes(Snippets.Numbers[_random.Next(Snippets.Numbers.Count)]));
    }
}

/// <summary>What parsers have stumbled over before.</summary>
public static class Snippets
{
    /// <summary>Beginnings that nest.</summary>
    public static IReadOnlyList<string> Nesting { get; } = ["[", "{", "{\"a\":", "[[", "- ", "  ", "\n  - ", "? ", "((", "<<", "> ", "#", "```\n", "a: {", "!!", "*", "&a ", "\"", "\\", "/*"];

    /// <summary>Numbers at and behind every edge.</summary>
    public static IReadOnlyList<string> Numbers { get; } =
        ["-1", "0", "1e999", "-1e-999", "NaN", "9223372036854775808", "-9223372036854775809", "2147483648", "00", "0x10", "1.5", ".5", "1_000", "99999999999999999999999999999999999999", "1e400", "٣", "4294967296", "1e5"];

    /// <summary>Everything else, as bytes.</summary>
    public static IReadOnlyList<byte[]> Bytes { get; } =
    [
        .. new[]
        {
            "\0", "\ufeff", "\r", "\r\n", "\t", "\u001b[31m", "\u001b]0;x\u0007", "\u202e", "\u200b", "\u2028", "\u0085", "\ufffe", "e\u0301", "🎺", "👩‍👩‍👧‍👦", "\\ud83d", "\\u0000", "\"\\ud83d\\ud83d\"",
            "null", "true", "~", "[]", "{}", "\"\"", ",", ":", ",,", "\n---\n", "\n...\n", "%YAML 1.1\n", "!!binary x", "!<tag:x> ", "&a [*a]", "*a", "<<: *a", "a: &x [1,1]\nb: &y [*x,*x,*x,*x]\nc: &z [*y,*y,*y,*y]\n",
            "id: 1\nid: 2\n", "\"id\":1,\"id\":1,", "- [ ] task (after: x)\n", "- [x] \n", "```", "<!--", "-->", "# ", "|", ">-\n", "|9\n", "? [a]\n: b\n", "depends_on: [a, a]\n", "tasks:\n", "../../x", "--exec=x", ".git", "$(x)", "%s%n", "CON",
            "\"status\":null", "\"type\":7", "\"type\":\"result\"", "\"usage\":{\"input_tokens\":1e99}", "verdict: approved", "TASK_APPROVED", "{\"nonce\":\"0123456789abcdef\"}",
        }.Select(Encoding.UTF8.GetBytes),
        [0xff], [0xfe, 0xff], [0xff, 0xfe, 0x61, 0x00], [0xc3], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xc0, 0x80], [0xe2, 0x80],
        [.. Enumerable.Repeat((byte)'x', 5_000)],
        [.. Enumerable.Repeat((byte)' ', 5_000)],
        [.. Enumerable.Repeat((byte)'\n', 5_000)],
    ];
}
