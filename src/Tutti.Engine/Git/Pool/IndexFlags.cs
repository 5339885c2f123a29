using System.Buffers.Binary;

namespace Tutti.Engine.Git.Pool;

/// <summary>
/// Looks in a git index for entries that <c>git status</c> is told not to look at. An agent that sets
/// <c>update-index --assume-unchanged</c> on a file it changed would otherwise pass its change on to the slot's next task.
/// </summary>
internal static class IndexFlags
{
    // gitformat-index(5): 12 bytes of header; an entry has 40 bytes of stat data, the object id, 2 bytes of flags.
    private const int Header = 12;
    private const int StatBytes = 40;
    private const int AssumeValid = 0x8000;
    private const int Extended = 0x4000;
    private const int SkipWorktree = 0x4000;

    /// <summary>True when some entry is hidden from status, or the index is of a kind this cannot read.</summary>
    /// <param name="index">The bytes of the index file.</param>
    /// <param name="idBytes">20, or 32 in a SHA-256 repository.</param>
    /// <param name="sparse">True where skipping files is the user's own sparse checkout.</param>
    public static bool MayHide(ReadOnlySpan<byte> index, int idBytes, bool sparse)
    {
        if (index.Length < Header || !index[..4].SequenceEqual("DIRC"u8))
            return index.Length > 0;
        var version = BinaryPrimitives.ReadUInt32BigEndian(index[4..]);
        var count = BinaryPrimitives.ReadUInt32BigEndian(index[8..]);
        if (version is < 2 or > 4)
            return true;
        var at = Header;
        for (var i = 0; i < count; i++)
        {
            var flagsAt = at + StatBytes + idBytes;
            if (flagsAt + 4 > index.Length)
                return true;
            var flags = BinaryPrimitives.ReadUInt16BigEndian(index[flagsAt..]);
            var extended = (flags & Extended) != 0;
            if ((flags & AssumeValid) != 0)
                return true;
            if (extended && !sparse && (BinaryPrimitives.ReadUInt16BigEndian(index[(flagsAt + 2)..]) & SkipWorktree) != 0)
                return true;
            at = Next(index, at, flagsAt + (extended ? 4 : 2), compressed: version == 4);
        }

        // A split index keeps its entries in another file.
        return index[at..].StartsWith("link"u8);
    }

    // The name ends with NUL. Versions 2 and 3 then pad the entry to a multiple of 8; version 4 shortens the name by what it
    // shares with the one before, and a number of 7-bit groups stands in front of it.
    private static int Next(ReadOnlySpan<byte> index, int start, int name, bool compressed)
    {
        if (compressed)
        {
            while ((index[name] & 0x80) != 0)
                name++;
            name++;
        }

        var end = name + index[name..].IndexOf((byte)0);
        return compressed ? end + 1 : start + ((end - start + 8) & ~7);
    }
}
