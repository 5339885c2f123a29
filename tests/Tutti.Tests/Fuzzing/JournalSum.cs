using System.Numerics;
using System.Text;

namespace Tutti.Tests.Fuzzing;

/// <summary>Gives a journal's line the checksum that fits it, so that what is broken behind it is reached.</summary>
public static class JournalSum
{
    /// <summary>A whole line of a body such as <c>{"seq":1,…</c> without its closing brace.</summary>
    public static byte[] Sealed(byte[] body)
    {
        var crc = uint.MaxValue;
        foreach (var b in body)
            crc = BitOperations.Crc32C(crc, b);
        return [.. body, .. Encoding.ASCII.GetBytes($",\"sum\":\"{~crc:x8}\"}}")];
    }
}
