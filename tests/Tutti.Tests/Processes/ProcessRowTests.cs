using Tutti.Engine.Processes;

namespace Tutti.Tests.Processes;

public sealed class ProcessRowTests
{
    [Theory]
    [InlineData("4711 (sh) S 1 4711 4712 0 -1 4194560 3 0 0 0 0 0 0 0 20 0 1 0 109660 48242688 1")]
    [InlineData("4711 (a b) c) 9 (d) R 1 4711 4712 0 -1 4194560 3 0 0 0 0 0 0 0 20 0 1 0 109660 48242688 1")]
    public void A_line_of_proc_stat_is_read_behind_the_name(string stat)
    {
        Assert.Equal(new ProcessRow(4711, 1, 4712, "109660"), ProcessTable.ParseStat(4711, stat));
    }

    [Theory]
    [InlineData("4711 (sh) Z 1 4711 4712 0 -1 4194560 3 0 0 0 0 0 0 0 20 0 1 0 109660 0")]
    [InlineData("4711 (sh) S 1")]
    [InlineData("")]
    public void A_zombie_and_a_torn_line_are_no_process(string stat)
    {
        Assert.Null(ProcessTable.ParseStat(4711, stat));
    }

    [Fact]
    public void A_line_of_the_mac_is_read_with_its_start_time()
    {
        Assert.Equal(new ProcessRow(501, 1, 500, "Fri Jan  2 03:04:05 2026"), MacProcesses.Parse("  501     1   500 Ss   Fri Jan  2 03:04:05 2026    "));
        Assert.Null(MacProcesses.Parse("  501     1   500 Z    Fri Jan  2 03:04:05 2026"));
        Assert.Null(MacProcesses.Parse(""));
    }
}
