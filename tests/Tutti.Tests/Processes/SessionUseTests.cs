using Tutti.Engine.Processes;

namespace Tutti.Tests.Processes;

public sealed class SessionUseTests
{
    [Fact]
    public void A_line_of_stat_is_read_whatever_the_program_is_called()
    {
        const string stat = "4711 (my (odd) name) S 1 4711 4700 0 -1 4194560 100 200 0 0 11 12 13 14 20 0 1 0 123456 1000000 250 18446744073709551615 1 1\n";

        var row = SessionUse.Parse(stat);

        Assert.Equal((4700, 50, 123456, 250), (row!.Session, row.Ticks, row.Start, row.Pages));
    }

    [Fact]
    public void A_torn_line_is_no_process() => Assert.Null(SessionUse.Parse("4711 (sh) S 1"));

    [Fact]
    public void Nothing_is_measured_where_nobody_works() => Assert.Empty(new SessionUse().Measure([]));
}
