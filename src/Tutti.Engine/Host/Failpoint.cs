using System.Diagnostics;

namespace Tutti.Engine.Host;

/// <summary>
/// Named places at which a debug build can be made to die, to stop or to meet a broken disk, so that tests need no luck to hit a
/// moment. A release build has none of them: the calls are not compiled, and the variables are not read.
/// </summary>
/// <remarks>
/// <c>TUTTI_FAILPOINTS</c> holds <c>name[:n][=action]</c>, several parted by commas: at the n-th time (by default the first) that this
/// process comes by, <c>kill</c> (by default), <c>stop</c>, <c>enospc</c>, <c>eio</c>, <c>erofs</c> or <c>emfile</c>; <c>n</c> may be <c>*</c> for every time.
/// <c>TUTTI_FAILPOINT_LOG</c> names a file that takes a line for each place that is passed.
/// </remarks>
public static class Failpoint
{
    /// <summary>Comes by a place. What is armed there happens; else nothing.</summary>
    /// <param name="name">Lower-case words with dots, for example <c>journal.synced</c>.</param>
    /// <exception cref="IOException">A broken disk was asked for.</exception>
    [Conditional("FAILPOINTS")]
    public static void At(string name) => Armed.Passes(name);

    private static class Armed
    {
        // Of Linux; the tests that break disks run there.
        private const int NoSpace = 28;
        private const int InputOutput = 5;
        private const int ReadOnly = 30;
        private const int ManyFiles = 24;
        private const int Stop = 19;

        private static readonly string? Log = Environment.GetEnvironmentVariable("TUTTI_FAILPOINT_LOG");
        private static readonly List<Order> Orders = [.. Parse(Environment.GetEnvironmentVariable("TUTTI_FAILPOINTS") ?? "")];
        private static readonly Lock Turn = new();

        public static void Passes(string name)
        {
            if (Log is null && Orders.Count == 0)
                return;
            foreach (var order in Met(name))
                Do(order);
        }

        private static List<Order> Met(string name)
        {
            lock (Turn)
            {
                if (Log is not null)
                    File.AppendAllText(Log, name + "\n");
                var met = new List<Order>();
                foreach (var order in Orders.Where(o => o.Name == name))
                {
                    order.Passed++;
                    if (order.Time is null || order.Time == order.Passed)
                        met.Add(order);
                }

                return met;
            }
        }

        private static void Do(Order order)
        {
            switch (order.Action)
            {
                case "kill":
                    Processes.Posix.Signal(Environment.ProcessId, Processes.Posix.Kill);
                    new ManualResetEventSlim().Wait();
                    break;
                case "stop":
                    Processes.Posix.Signal(Environment.ProcessId, Stop);

                    // Another thread may be the one that takes the signal, and this one would go on for a moment.
                    new ManualResetEventSlim().Wait(TimeSpan.FromMilliseconds(200));
                    break;
                case "enospc":
                    throw new IOException($"No space left on device : '{order.Name}'", NoSpace);
                case "eio":
                    throw new IOException($"Input/output error : '{order.Name}'", InputOutput);
                case "erofs":
                    throw new IOException($"Read-only file system : '{order.Name}'", ReadOnly);
                case "emfile":
                    throw new IOException($"Too many open files : '{order.Name}'", ManyFiles);
                default:
                    throw new InvalidOperationException($"a failpoint cannot '{order.Action}'");
            }
        }

        private static IEnumerable<Order> Parse(string text)
        {
            foreach (var one in text.Split(',', StringSplitOptions.RemoveEmptyEntries))
            {
                var (place, action) = one.Split('=') is [var before, var after] ? (before, after) : (one, "kill");
                var (name, time) = place.Split(':') is [var first, var second] ? (first, second) : (place, "1");
                yield return new Order(name, time == "*" ? null : int.Parse(time, System.Globalization.CultureInfo.InvariantCulture), action);
            }
        }

        private sealed class Order(string name, int? time, string action)
        {
            public string Name { get; } = name;

            public int? Time { get; } = time;

            public string Action { get; } = action;

            public int Passed { get; set; }
        }
    }
}
