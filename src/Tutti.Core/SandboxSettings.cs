namespace Tutti.Core;

/// <summary>What keeps an agent inside its slot.</summary>
public enum SandboxKind
{
    /// <summary>Nothing: the agent runs as the user.</summary>
    None,

    /// <summary>Bubblewrap: the slot writable, the rest of the file system read-only or hidden. Linux only.</summary>
    Bwrap,
}

/// <summary>How agents are kept in (<c>sandbox:</c>, for all or for one entry).</summary>
/// <param name="Kind">By what.</param>
/// <param name="Network">False leaves only a loopback of its own: for agents that need no model behind a network.</param>
/// <param name="Write">Further paths that may be written, absolute or beginning with <c>~/</c>.</param>
/// <param name="Hide">Further paths that cannot be seen, likewise.</param>
public sealed record SandboxSettings(SandboxKind Kind = SandboxKind.None, bool Network = true, IReadOnlyList<string>? Write = null, IReadOnlyList<string>? Hide = null);
