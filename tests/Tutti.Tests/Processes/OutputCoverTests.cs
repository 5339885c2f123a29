using System.Text;
using System.Text.Json;
using Tutti.Engine.Journal;
using Tutti.Engine.Processes;
using Tutti.Tests.Errors;

namespace Tutti.Tests.Processes;

public sealed class OutputCoverTests : IDisposable
{
    private const int Window = OutputCover.Window;

    private readonly string _folder = Directory.CreateTempSubdirectory("tutti-cover-").FullName;

    public static TheoryData<SecretSample> Samples => [.. SecretCorpus.All];

    // Around the end of the first window, and around where it is cut.
    public static TheoryData<int> Places => [0, Window - 40_000, Window - (32 * 1024) - 25, Window - (32 * 1024) - 9, Window - (32 * 1024), Window - 60, Window - 5, Window, (2 * Window) - (65 * 1024) - 20];

    [Theory]
    [MemberData(nameof(Samples), DisableDiscoveryEnumeration = true)]
    public void A_key_is_covered_and_every_line_stays_where_it_is(SecretSample sample)
    {
        var text = $"before\n{sample.Text}\nafter\n{JsonSerializer.Serialize(new { text = sample.Text, last = 7 })}\n";
        var covered = Covered(Encoding.UTF8.GetBytes(text));
        Assert.DoesNotContain(sample.Secret, covered);
        Assert.Equal(Encoding.UTF8.GetByteCount(text), Encoding.UTF8.GetByteCount(covered));
        Assert.StartsWith("before\n", covered);
        Assert.Equal(text.IndexOf("\nafter\n", StringComparison.Ordinal), covered.IndexOf("\nafter\n", StringComparison.Ordinal));
        var json = JsonDocument.Parse(covered.TrimEnd('\n').Split('\n')[^1]).RootElement;
        Assert.DoesNotContain(sample.Secret, json.GetProperty("text").GetString());
        Assert.Equal(7, json.GetProperty("last").GetInt32());
    }

    [Theory]
    [MemberData(nameof(Places))]
    public void Wherever_it_stands_in_a_line_of_megabytes(int place)
    {
        (string Text, string Secret)[] samples = [(" sk-ant-api03-0123456789abcdefghijABCDEFGHIJ ", "sk-ant-api03-0123456789abcdefghijABCDEFGHIJ"), (" password=hunter2hunter2 ", "hunter2hunter2"), (" AKIAABCDEFGHIJKLMNOP ", "AKIAABCDEFGHIJKLMNOP")];
        foreach (var (sample, secret) in samples)
        {
            var text = new StringBuilder().Insert(0, "x y ", Window * 3 / 4).Remove(place, sample.Length).Insert(place, sample).ToString();
            Assert.Equal(text.Replace(secret, new string('*', secret.Length), StringComparison.Ordinal), Covered(Encoding.ASCII.GetBytes(text)));
        }
    }

    [Fact]
    public void Whatever_is_no_secret_stays_byte_for_byte()
    {
        var random = new Random(1);
        var bytes = new byte[3 * Window];
        random.NextBytes(bytes);
        var key = "\nghp_0123456789abcdefghijABCDEFGHIJ012345\n"u8;
        key.CopyTo(bytes.AsSpan(Window / 3));
        var path = Written(bytes);
        OutputCover.Rewrite(path, Secrets.Known());
        var now = File.ReadAllBytes(path);
        Assert.Equal(bytes.Length, now.Length);
        Assert.Equal(key.Length - 2, now.Index().Count(at => at.Item != bytes[at.Index]));
    }

    [Fact]
    public void A_link_that_an_agent_put_there_is_not_followed()
    {
        var mine = Written("password=hunter2hunter2"u8.ToArray());
        var link = Path.Combine(_folder, "link");
        File.CreateSymbolicLink(link, mine);
        OutputCover.Rewrite(link, Secrets.Known());
        Assert.Equal("password=hunter2hunter2", File.ReadAllText(mine));
        OutputCover.Rewrite(Path.Combine(_folder, "nothing"), Secrets.Known());
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string Covered(byte[] bytes)
    {
        var path = Written(bytes);
        OutputCover.Rewrite(path, Secrets.Known());
        return File.ReadAllText(path);
    }

    private string Written(byte[] bytes)
    {
        var path = Path.Combine(_folder, "output");
        File.WriteAllBytes(path, bytes);
        return path;
    }
}
