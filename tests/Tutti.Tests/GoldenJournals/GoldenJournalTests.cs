using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tutti.Engine.Journal;

namespace Tutti.Tests.GoldenJournals;

/// <summary>
/// Old journals keep opening. A change of an event that breaks one of these is wrong: the event gets a new version and an upcast. New
/// events get new journals; see README.md here.
/// </summary>
public sealed class GoldenJournalTests
{
    // Writes what is missing, and never what is there.
    private static readonly bool Update = Environment.GetEnvironmentVariable("TUTTI_UPDATE_SNAPSHOTS") == "1";

    public static TheoryData<string> Names => [.. GoldenJournal.All.Select(golden => golden.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void It_opens_and_comes_to_what_it_came_to(string name)
    {
        var golden = GoldenJournal.All.Single(g => g.Name == name);
        var reading = JournalReading.Of(golden.Path);
        Assert.Equal((new FileInfo(golden.Path).Length, null), (reading.Length, reading.Cut));
        var summary = GoldenJournal.Summary(reading.State!);
        if (Update && !File.Exists(golden.Expected))
            File.WriteAllText(golden.Expected, summary);
        Assert.Equal(File.ReadAllText(golden.Expected), summary);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_line_is_written_again_as_it_was(string name)
    {
        foreach (var line in GoldenJournal.All.Single(g => g.Name == name).Lines())
        {
            var read = EventCodec.Decode(line, out var problem);
            Assert.True(read is not null, problem);
            var (before, after) = (Encoding.UTF8.GetString(line), EventCodec.Encode(read.Recorded, read.More));
            if (before != after && !HasOnlyMore(before, after))
                Assert.Fail($"read: {before}\nwritten: {after}");
        }
    }

    [Fact]
    public void Every_type_of_event_is_in_one_of_them()
    {
        var seen = GoldenJournal.All.SelectMany(golden => golden.Lines()).Select(line => JsonNode.Parse(line)!["type"]!.GetValue<string>()).ToHashSet(StringComparer.Ordinal);
        Assert.Empty(EventTypes.Catalog.Select(kind => kind.Name).Except(seen));
    }

    // A later version may have a field more, with a default that is written; or another version of the shape, brought up by an upcast.
    private static bool HasOnlyMore(string before, string after)
    {
        var (old, now) = (JsonNode.Parse(before)!.AsObject(), JsonNode.Parse(after)!.AsObject());
        foreach (var changes in new[] { "sum", "data" })
            Assert.True(old.ContainsKey(changes) && now.ContainsKey(changes));
        var (had, has) = (old["data"]!.AsObject(), now["data"]!.AsObject());
        var sameShape = JsonElement.DeepEquals(Element(old["v"]), Element(now["v"]));
        foreach (var changes in new[] { "sum", "data", "v" })
        {
            old.Remove(changes);
            now.Remove(changes);
        }

        return JsonNode.DeepEquals(old, now) && (!sameShape || IsIn(had, has)) && (!sameShape || !JsonNode.DeepEquals(had, has));
    }

    private static bool IsIn(JsonNode? old, JsonNode? now) => (old, now) switch
    {
        (JsonObject a, JsonObject b) => a.All(pair => b.TryGetPropertyValue(pair.Key, out var value) && IsIn(pair.Value, value)),
        (JsonArray a, JsonArray b) => a.Count == b.Count && a.Zip(b).All(pair => IsIn(pair.First, pair.Second)),
        _ => JsonNode.DeepEquals(old, now),
    };

    private static JsonElement Element(JsonNode? node) => JsonSerializer.SerializeToElement(node);
}
