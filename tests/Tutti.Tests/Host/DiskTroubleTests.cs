using System.ComponentModel;
using Tutti.Core;
using Tutti.Engine.Host;

namespace Tutti.Tests.Host;

public class DiskTroubleTests
{
    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    [InlineData(23)]
    [InlineData(24)]
    public void A_program_for_which_the_system_has_no_room_is_nobodys_fault_and_can_be_started_later(int number)
    {
        var thrown = Assert.Throws<IOException>(() => DiskTrouble.ThrowIfExhausted(new Win32Exception(number, "An error occurred trying to start process 'git'")));
        Assert.Equal((FailureCategory.Resource, "system_exhausted"), DiskTrouble.Of(thrown) is { } failure ? (failure.Category, failure.Code) : default);
    }

    [Fact]
    public void A_program_that_is_not_there_is_another_matter_and_so_is_a_lock_that_somebody_holds()
    {
        DiskTrouble.ThrowIfExhausted(new Win32Exception(2, "No such file or directory"));
        Assert.Null(DiskTrouble.Of(new IOException("The process cannot access the file", 11)));
    }
}
