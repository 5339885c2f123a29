using Tutti.Core.Session;

namespace Tutti.Core.Scheduling;

/// <summary>Nothing new starts while the machine has no room for it; what runs goes on.</summary>
internal static class Gate
{
    /// <summary>How long a session with nothing running waits for room before it ends and says so.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    /// <summary>Why nothing may start with so little room; null when something may.</summary>
    public static string? Reason(Limits limits, HostResources host)
    {
        if (host.FreeMemory < limits.MemoryPerAgent)
            return $"memory is short: {Megabytes(host.FreeMemory)} free, an agent needs {Megabytes(limits.MemoryPerAgent)} (limits.memory_per_agent)";
        if (host.FreeDisk < limits.MinFreeDisk)
            return $"disk is short: {Megabytes(host.FreeDisk)} free, {Megabytes(limits.MinFreeDisk)} must stay (limits.min_free_disk)";
        return null;
    }

    public static void Measure(Draft draft, HostResources host)
    {
        var reason = Reason(draft.State.Settings.Limits, host);
        if (reason is not null && draft.State.Gate is null)
            draft.Record(new GateClosed(reason));
        else if (reason is null && draft.State.Gate is not null)
            draft.Record(new GateOpened());
    }

    private static string Megabytes(long bytes) => $"{bytes / (1024 * 1024)} MB";
}
