using System.Runtime.InteropServices;

namespace Tutti.Commands;

/// <summary>
/// Ctrl-C, Ctrl-\, a termination and a closed terminal cancel what is under way, so that it ends its processes; a second one has it
/// give them no time for that, and a third has its own effect, at once.
/// </summary>
internal sealed class Interrupts : IDisposable
{
    private readonly CancellationTokenSource _source;
    private readonly CancellationTokenSource _hurry = new();
    private readonly List<PosixSignalRegistration> _registrations;
    private int _asked;

    public Interrupts(CancellationToken outer)
    {
        _source = CancellationTokenSource.CreateLinkedTokenSource(outer);
        _registrations = [.. new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP, PosixSignal.SIGQUIT }.Select(s => PosixSignalRegistration.Create(s, Handle))];
    }

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Token => _source.Token;

    /// <summary>Cancelled by the second signal.</summary>
    public CancellationToken Hurry => _hurry.Token;

    public void Dispose()
    {
        _registrations.ForEach(r => r.Dispose());
        _source.Dispose();
        _hurry.Dispose();
    }

    private void Handle(PosixSignalContext context)
    {
        var asked = Interlocked.Increment(ref _asked);
        if (asked > 2)
            return;
        context.Cancel = true;
        (asked == 1 ? _source : _hurry).Cancel();
    }
}
