using System.Buffers;
using Microsoft.Win32.SafeHandles;
using Tutti.Engine.Host;

namespace Tutti.Engine.Processes;

/// <summary>
/// Reads a growing file line by line, as bytes, for whoever understands them; memory stays flat whatever is written (P26). One
/// reader for one file, by one thread.
/// </summary>
/// <param name="path">The file; others write it, and it may not exist yet.</param>
/// <param name="longest">Longest line given, in bytes; a longer one is passed over whole.</param>
public sealed class OutputLines(string path, int longest) : IDisposable
{
    private const int Chunk = 64 * 1024;

    private SafeFileHandle? _file;
    private long _at;
    private byte[] _kept = [];
    private int _length;
    private bool _passing;

    /// <summary>Hands over each line that has been completed since the last look.</summary>
    /// <param name="take">Gets a line without its line feed; valid only during the call.</param>
    /// <returns>False where there was nothing new.</returns>
    public bool Read(Action<ReadOnlyMemory<byte>> take)
    {
        if (!Open())
            return false;
        var buffer = ArrayPool<byte>.Shared.Rent(Chunk);
        try
        {
            var any = false;
            for (int read; (read = RandomAccess.Read(_file!, buffer, _at)) > 0; any = true)
            {
                _at += read;
                Cut(buffer.AsMemory(0, read), take);
            }

            return any;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Hands over a last line that has no line feed.</summary>
    public void Rest(Action<ReadOnlyMemory<byte>> take)
    {
        if (_length > 0 && !_passing)
            take(_kept.AsMemory(0, _length));
        Forget();
    }

    public void Dispose()
    {
        Forget();
        _file?.Dispose();
    }

    // A pipe that an agent put in the file's place, or made it a link to, has no length, and opening it would wait for a writer.
    private bool Open()
    {
        if (_file is not null)
            return true;
        try
        {
            if (RegularFile.LengthOfOwn(path) == 0)
                return false;
            _file = File.OpenHandle(path, share: FileShare.ReadWrite | FileShare.Delete);
            return true;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            // Not there yet, or cleaned up while someone looks.
            return false;
        }
    }

    private void Cut(ReadOnlyMemory<byte> bytes, Action<ReadOnlyMemory<byte>> take)
    {
        for (var end = bytes.Span.IndexOf((byte)'\n'); end >= 0; end = bytes.Span.IndexOf((byte)'\n'))
        {
            Complete(bytes[..end], take);
            bytes = bytes[(end + 1)..];
        }

        if (!_passing && _length + bytes.Length > longest)
            Forget(passing: true);
        if (!_passing && bytes.Length > 0)
            Keep(bytes.Span);
    }

    private void Complete(ReadOnlyMemory<byte> end, Action<ReadOnlyMemory<byte>> take)
    {
        if (!_passing && _length + end.Length <= longest)
        {
            if (_length == 0)
            {
                take(end);
            }
            else
            {
                Keep(end.Span);
                take(_kept.AsMemory(0, _length));
            }
        }

        Forget();
    }

    private void Keep(ReadOnlySpan<byte> bytes)
    {
        if (_length + bytes.Length > _kept.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(_length + bytes.Length, 2 * _kept.Length));
            _kept.AsSpan(0, _length).CopyTo(larger);
            Return();
            _kept = larger;
        }

        bytes.CopyTo(_kept.AsSpan(_length));
        _length += bytes.Length;
    }

    private void Forget(bool passing = false)
    {
        (_length, _passing) = (0, passing);
        Return();
        _kept = [];
    }

    private void Return()
    {
        if (_kept.Length > 0)
            ArrayPool<byte>.Shared.Return(_kept);
    }
}
