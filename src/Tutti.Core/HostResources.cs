namespace Tutti.Core;

/// <summary>What the machine has left, measured at one moment.</summary>
/// <param name="FreeMemory">Bytes that can be had without swapping, within the container's limit if there is one.</param>
/// <param name="FreeDisk">Bytes free to this user on the disk that was asked about.</param>
/// <param name="Load">Runnable processes, averaged over the last minute.</param>
/// <param name="Cores">Processors this process may use.</param>
public sealed record HostResources(long FreeMemory, long FreeDisk, double Load, int Cores);
