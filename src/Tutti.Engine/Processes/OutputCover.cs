using System.Buffers;
using Microsoft.Win32.SafeHandles;
using Tutti.Engine.Journal;

namespace Tutti.Engine.Processes;

/// <summary>Takes secrets out of what an attempt has written itself, once nothing writes there any more.</summary>
internal static class OutputCover
{
    // Looked at in windows, so that memory stays flat; what follows a cut is looked at with what stands before it.
    internal const int Window = 256 * 1024;

    // Bytes: the longest private key, and the longest name of a value with all that may stand between them.
    private const int LongestSecret = 32 * 1024;
    private const int LongestName = 1024;

    /// <summary>Overwrites every secret in a file with asterisks, in place: each line stays where it is and as long as it is.</summary>
    /// <param name="path">A file that may not exist; a link or a pipe that an agent put in its place is left alone.</param>
    /// <param name="secrets">What is covered.</param>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    public static void Rewrite(string path, Secrets secrets)
    {
        if (new FileInfo(path) is not { Exists: true, Length: > 0, LinkTarget: null })
            return;
        try
        {
            using var file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
            Rewrite(file, secrets);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            // Cleaned up meanwhile.
        }
    }

    private static void Rewrite(SafeFileHandle file, Secrets secrets)
    {
        var (before, after) = (ArrayPool<byte>.Shared.Rent(Window), ArrayPool<byte>.Shared.Rent(Window));
        try
        {
            int read;
            for (long at = 0; (read = RandomAccess.Read(file, before.AsSpan(0, Window), at)) > 0;)
            {
                var was = before.AsSpan(0, read);
                var now = after.AsSpan(0, read);
                was.CopyTo(now);
                secrets.Cover(now);
                var cut = read < Window ? read : Cut(was, now);
                if (!was[..cut].SequenceEqual(now[..cut]))
                    RandomAccess.Write(file, now[..cut], at);
                if (read < Window)
                    break;
                at += cut - LongestName;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(before, clearArray: true);
            ArrayPool<byte>.Shared.Return(after);
        }
    }

    // Not within a secret: its second half would look like nothing.
    private static int Cut(ReadOnlySpan<byte> was, ReadOnlySpan<byte> now)
    {
        for (var cut = was.Length - LongestSecret; cut > Window / 2; cut--)
        {
            if (was[cut - 1] == now[cut - 1])
                return cut;
        }

        return was.Length - LongestSecret;
    }
}
