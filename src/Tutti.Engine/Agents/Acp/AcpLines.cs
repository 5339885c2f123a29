namespace Tutti.Engine.Agents.Acp;

/// <summary>Cuts a stream into lines; memory stays flat whatever is written (P26). One reader, by one thread.</summary>
/// <param name="stream">Read until its end.</param>
/// <param name="longest">Longest line given, in bytes; a longer one is passed over.</param>
internal sealed class AcpLines(Stream stream, int longest)
{
    private const int Chunk = 64 * 1024;

    private byte[] _buffer = new byte[Chunk];
    private int _start;
    private int _end;
    private long _passed;

    /// <summary>The next line.</summary>
    /// <returns>Its bytes without the line feed, valid until the next call, with 0; none and the length of a line that was too long; null at the end.</returns>
    public async ValueTask<(ReadOnlyMemory<byte> Line, long Passed)?> NextAsync(CancellationToken cancellation)
    {
        for (var looked = _start; ;)
        {
            var at = _buffer.AsSpan(looked, _end - looked).IndexOf((byte)'\n');
            if (at >= 0)
                return Cut(looked + at);
            if (_end - _start > longest)
                Pass();
            MakeRoom();
            looked = _end;
            var read = await stream.ReadAsync(_buffer.AsMemory(_end), cancellation);
            if (read == 0)
                return Rest();
            _end += read;
        }
    }

    private (ReadOnlyMemory<byte>, long) Cut(int at)
    {
        var line = _buffer.AsMemory(_start, at - _start);
        _start = at + 1;
        var whole = _passed + line.Length;
        var tooLong = whole > longest;
        _passed = 0;
        return tooLong ? (default, whole) : (line, 0);
    }

    // Some leave the line feed of their last line out.
    private (ReadOnlyMemory<byte>, long)? Rest()
    {
        if (_end == _start && _passed == 0)
            return null;
        var rest = Cut(_end);
        (_start, _end) = (0, 0);
        return rest;
    }

    private void Pass()
    {
        _passed += _end - _start;
        (_start, _end) = (0, 0);
    }

    private void MakeRoom()
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }

        if (_end == _buffer.Length)
            Array.Resize(ref _buffer, Math.Min(2 * _buffer.Length, longest + Chunk));
    }
}
