using System.Runtime.CompilerServices;

namespace Tutti.ProcessTests.Support;

/// <summary>Trial merges of these tests write to the tests' own folders and not to the machine's memory file system.</summary>
internal static class TrialsOnDisk
{
    [ModuleInitializer]
    internal static void Choose() => Environment.SetEnvironmentVariable("TUTTI_TEST_TRIALS_ON_DISK", "1");
}
