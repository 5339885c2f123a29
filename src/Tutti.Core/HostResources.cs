namespace Tutti.Core;

/// <summary>What the machine has to spare at one moment; measured by the engine, judged by the core.</summary>
/// <param name="FreeMemory">Bytes of memory that new processes can have without swapping.</param>
/// <param name="FreeDisk">Bytes free on the file system that holds the slots.</param>
/// <param name="Load">Processes running or waiting for a core, averaged over a minute.</param>
/// <param name="Cores">Cores that processes of ours may use.</param>
public sealed record HostResources(long FreeMemory, long FreeDisk, double Load, int Cores);
