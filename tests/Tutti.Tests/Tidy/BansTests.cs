namespace Tutti.Tests.Tidy;

public sealed class BansTests
{
    private const string Core = "src/Tutti.Core/A.cs";
    private const string Engine = "src/Tutti.Engine/A.cs";

    [Fact]
    public void The_sources_make_no_banned_call() =>
        Rule.Holds(Repository.CSharp("src/").SelectMany(file => Bans.All.SelectMany(ban => ban.Check(file))));

    [Theory]
    [InlineData(Core, "var t = DateTime.UtcNow;")]
    [InlineData(Core, "var t = DateTimeOffset.Now;")]
    [InlineData(Core, "string Ago(TimeProvider time) => time.ToString();")]
    [InlineData(Core, "var id = Guid.NewGuid();")]
    [InlineData(Core, "var r = Random.Shared;")]
    [InlineData(Core, "var r = new Random();")]
    [InlineData(Core, "int Pick(Random random) => 1;")]
    [InlineData(Core, "var s = File.ReadAllText(p);")]
    [InlineData(Core, "Directory.CreateDirectory(p);")]
    [InlineData(Core, "var s = new StreamReader(p);")]
    [InlineData(Core, "var p = Path.GetFullPath(q);")]
    [InlineData(Core, "Process.Start(x);")]
    [InlineData(Core, "new Thread(F).Start();")]
    [InlineData(Core, "async Task F() { }")]
    [InlineData(Core, "Task.Run(F);")]
    [InlineData(Core, "lock (x) { }")]
    [InlineData(Core, "var n = Environment.NewLine;")]
    [InlineData(Core, "var c = new HttpClient();")]
    [InlineData(Core, "Console.WriteLine();")]
    [InlineData(Core, "var s = $\"at {DateTime.UtcNow}\";")]
    [InlineData(Engine, "Console.WriteLine();")]
    [InlineData(Engine, "using var p = new Process();")]
    [InlineData(Engine, "p.Kill(true);")]
    [InlineData("src/Tutti/A.cs", "var i = new ProcessStartInfo(x);")]
    [InlineData(Engine, "new Command(\"git\", [])")]
    [InlineData(Engine, "[\"worktree\", \"prune\"]")]
    [InlineData(Engine, "[\"gc\", \"--prune=now\"]")]
    [InlineData(Engine, "[\"add\", \"-A\"]")]
    [InlineData(Engine, "Thread.Sleep(5);")]
    [InlineData(Engine, "var t = DateTime.Now;")]
    [InlineData(Engine, "Environment.Exit(1);")]
    [InlineData(Engine, "Environment.CurrentDirectory = x;")]
    [InlineData(Engine, "async void F() { }")]
    [InlineData(Engine, "GC.Collect();")]
    [InlineData(Engine, "throw new NotImplemented" + "Exception();")]
    [InlineData(Engine, "public sealed class SlotManager;")]
    public void A_banned_call_is_found(string path, string code)
    {
        var finding = Assert.Single(Check(path, "// above\n" + code).DistinctBy(f => f.Line));
        Assert.Equal(2, finding.Line);
    }

    [Theory]
    [InlineData(Core, "var c = FailureCategory.Environment; // Environment.Exit, DateTime.UtcNow")]
    [InlineData(Core, "throw FailureException.Environment(\"File.Delete\", \"Console.WriteLine\");")]
    [InlineData(Core, "public sealed record ProcessStarted(int Process);")]
    [InlineData("src/Tutti.Engine/Processes/A.cs", "using var p = new Process(); p.Kill();")]
    [InlineData("src/Tutti.Engine/Git/GitCommand.cs", "new Command(\"git\", [])")]
    [InlineData(Engine, "var t = time.GetUtcNow(); if (program == \"git\") { }")]
    [InlineData("tests/Tutti.Tests/A.cs", "Thread.Sleep(5);")]
    public void What_only_looks_like_one_is_let_through(string path, string code) => Assert.Empty(Check(path, code));

    [Fact]
    public void Every_ban_has_found_something_in_these_tests()
    {
        var snippets = typeof(BansTests).GetMethod(nameof(A_banned_call_is_found))!
            .GetCustomAttributes(typeof(InlineDataAttribute), false)
            .Cast<InlineDataAttribute>()
            .Select(data => new SourceFile((string)data.Data[0]!, (string)data.Data[1]!))
            .ToArray();
        Assert.Empty(Bans.All.Where(ban => !snippets.Any(file => ban.Check(file).Any())).Select(ban => ban.Pattern));
    }

    private static IEnumerable<Finding> Check(string path, string code) =>
        Bans.All.SelectMany(ban => ban.Check(new SourceFile(path, code)));
}
