using Tutti.Engine.Host;

namespace Tutti.Tests.Host;

public sealed class HostProbeTests
{
    [Fact]
    public async Task A_measure_of_this_machine_is_plausible()
    {
        var measured = await HostProbe.MeasureAsync(Path.Combine(Path.GetTempPath(), "not", "there", "yet"));

        Assert.InRange(measured.FreeMemory, 1, long.MaxValue);
        Assert.InRange(measured.FreeDisk, 1, long.MaxValue);
        Assert.InRange(measured.Load, 0, 100_000);
        Assert.InRange(measured.Cores, 1, 10_000);
    }

    [Theory]
    [InlineData("MemTotal: 16 kB\nMemAvailable:   12345678 kB\n", 12345678L * 1024)]
    [InlineData("MemTotal: 16 kB\n", long.MaxValue)]
    [InlineData("", long.MaxValue)]
    public void Available_memory_is_read_from_meminfo(string meminfo, long bytes) => Assert.Equal(bytes, HostProbe.MemAvailable(meminfo));

    [Fact]
    public void Free_memory_is_read_from_vm_stat() =>
        Assert.Equal(
            16384L * (100 + 200 + 3),
            HostProbe.MacMemory("Mach Virtual Memory Statistics: (page size of 16384 bytes)\nPages free:   100.\nPages active:  7.\nPages inactive:  200.\nPages speculative:  3.\n"));

    [Theory]
    [InlineData("0::/a/b", 700)]
    [InlineData("0::/", long.MaxValue)]
    [InlineData("0::/../other", long.MaxValue)]
    [InlineData("12:cpu:/x\n5:memory:/docker/1", 30)]
    [InlineData("", long.MaxValue)]
    public void The_tightest_control_group_on_the_way_up_counts(string membership, long free)
    {
        var mount = Directory.CreateTempSubdirectory("tutti-cgroup-").FullName;
        try
        {
            // Version 2: the parent has the tighter limit, and 200 bytes of its usage are cache.
            Write(mount, "a/b/memory.max", "max");
            Write(mount, "a/b/memory.current", "500");
            Write(mount, "a/memory.max", "1000");
            Write(mount, "a/memory.current", "500");
            Write(mount, "a/memory.stat", "anon 1\ninactive_file 200\n");
            // Version 1.
            Write(mount, "memory/docker/1/memory.limit_in_bytes", "100");
            Write(mount, "memory/docker/1/memory.usage_in_bytes", "70");

            Assert.Equal(free, ControlGroup.FreeMemory(mount, membership));
        }
        finally
        {
            Directory.Delete(mount, recursive: true);
        }
    }

    private static void Write(string mount, string path, string text)
    {
        var file = Path.Combine(mount, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text + "\n");
    }
}
