using System.Text;
using Tutti.Core;
using Tutti.Core.Plan;
using Tutti.Core.Session;
using Tutti.Engine.Journal;
using Tutti.Tests.Simulation;
using Tutti.Tests.Terminal;
using Tutti.Tests.Views;

namespace Tutti.Tests.Journal;

/// <summary>Journals as bytes, with where each line and each decision ends: what the reader must find out by itself.</summary>
public sealed class JournalBytes
{
    private JournalBytes(byte[] bytes, IReadOnlyList<Recorded> events, IReadOnlyList<long> lineEnds, IReadOnlyList<(long End, int Events)> decisions) =>
        (Bytes, Events, LineEnds, Decisions) = (bytes, events, lineEnds, decisions);

    public byte[] Bytes { get; }

    public IReadOnlyList<Recorded> Events { get; }

    /// <summary>The offset behind each line's feed.</summary>
    public IReadOnlyList<long> LineEnds { get; }

    /// <summary>The offset behind each decision, and how many events there are up to it.</summary>
    public IReadOnlyList<(long End, int Events)> Decisions { get; }

    /// <summary>The first events of a session that the real decisions made in a simulated world, in decisions of one to four events.</summary>
    public static JournalBytes Simulated(int seed, int count)
    {
        var plan = new PlanSpec { Tasks = [new TaskSpec { Id = "a", Title = "Ä \n\u2028 \"a\"" }, new TaskSpec { Id = "b", Title = "B", DependsOn = ["a"] }, new TaskSpec { Id = "c", Title = "C" }] };
        var world = new World(seed, plan, new Settings { Verify = ["true"], Agent = "claude", Hooks = new HookSettings("a", "b", "c") }, new Weather());
        world.Run();
        return Of([.. world.Journal.Take(count)], new Random(seed));
    }

    /// <summary>An event of every type, in an order that no session has; for readers who do not fold.</summary>
    public static JournalBytes OfEveryType() =>
        Of([.. SampleEvents.Of(SessionScript.Everything()).Select((e, i) => new Recorded(i + 1, SessionScript.Start, e, "a/1", i == 0 ? null : i))], new Random(1));

    /// <summary>A session whose one agent tells of itself again and again.</summary>
    public static JournalBytes Talkative(int told)
    {
        var script = new SessionScript(SessionScript.Plan("a")).Begin("a");
        var events = script.Journal.Concat(Enumerable.Range(1, told).Select(i =>
            new Recorded(script.State.Seq + i, SessionScript.Start, new AttemptTold("a", 1, null, null, new Usage(i, i), i % 80), "a/1", script.State.Seq)));
        return Of([.. events], null);
    }

    public JournalReader Stream() => Stream(Bytes);

    public static JournalReader Stream(ReadOnlyMemory<byte> bytes) => Stream(bytes.ToArray());

    public static JournalReader Stream(byte[] bytes) => new("test/journal.jsonl", () => new MemoryStream(bytes, writable: false));

    /// <summary>The bytes of one line, its feed included.</summary>
    public byte[] Line(int index) => Bytes[(index == 0 ? 0 : (int)LineEnds[index - 1])..(int)LineEnds[index]];

    /// <summary>The line that holds a byte.</summary>
    public int LineAt(long offset) => LineEnds.TakeWhile(end => end <= offset).Count();

    private static JournalBytes Of(IReadOnlyList<Recorded> events, Random? chance)
    {
        var bytes = new MemoryStream();
        var (lines, decisions) = (new List<long>(), new List<(long End, int Events)>());
        var left = 1;
        foreach (var recorded in events)
        {
            var more = --left > 0 && recorded.Seq < events.Count;
            bytes.Write(Encoding.UTF8.GetBytes(EventCodec.Encode(recorded, more) + "\n"));
            lines.Add(bytes.Length);
            if (more)
                continue;
            decisions.Add((bytes.Length, lines.Count));
            left = chance?.Next(1, 5) ?? 1;
        }

        return new JournalBytes(bytes.ToArray(), events, lines, decisions);
    }
}
