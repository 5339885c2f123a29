using Tutti.Core.Landing;
using Tutti.Core.Session;

namespace Tutti.Tests.Landing;

public sealed class NothingLostLinesTests
{
    // Columns: base, ours, theirs, result, and what is lost of it.
    [Theory]
    [InlineData("a|b|c", "a|x|b|c", "a|b|c|y", "a|x|b|c|y", "")]
    [InlineData("a|b|c", "a|x|b|c", "a|b|c|y", "a|b|c|y", "f Ours Line x")]
    [InlineData("a|b|c", "a|x|b|c", "a|b|c|y", "a|x|b|c", "f Theirs Line y")]
    [InlineData("a|b|c", "a|x|b|c", "a|b|c|y", "a|x|c|y", "f Both Context b")]
    [InlineData("a|b|c", "a|ours|c", "a|theirs|c", "a|ours|theirs|c", "")]
    [InlineData("a|b|c", "a|ours|c", "a|theirs|c", "a|ours|c", "f Theirs Line theirs")]
    [InlineData("a|b|c", "a|ours|c", "a|theirs|c", "a|theirs|ours|b|c", "f Both Deletion b")]
    [InlineData("a|b|c", "a|c", "a|b|c|y", "a|b|c|y", "f Ours Deletion b")]
    [InlineData("a|b|c", "a|c", "a|b|c|y", "a|c|y", "")]
    [InlineData("a|b", "a|x|x|b", "a|b", "a|x|x|b", "")]
    [InlineData("a|b", "a|x|x|b", "a|b|y", "a|x|b|y", "f Ours Line x")]
    [InlineData("a|b", "a|x|b", "a|x|b", "a|x|b", "")]
    [InlineData("a|b", "a|x|b|1", "a|x|b|2", "a|x|b|1|2", "")]
    [InlineData("a|b", "x|a|b", "a|b|x", "a|b|x", "f Ours Line x")]
    [InlineData("a|b", "x|a|b", "a|b|x", "x|a|b|x", "")]
    [InlineData("a|b|x", "a|b", "x|a|b|x", "x|a|b", "")]
    [InlineData("a|b", "a| b", "a|b|c", "a|\tb \r|c", "")]
    [InlineData("a|b", "a||b", "a|b|c", "a|b|c", "")]
    [InlineData("a|b", "a|b|{|x|}", "a|b|{|y|}", "a|b|{|x|}|{|y|}", "")]
    [InlineData("a|b", "a|b|{|x|}", "a|b|{|y|}", "a|b|{|x|y|}", "")]
    [InlineData("a|{|b|}", "a", "a|{|b|}|n", "a|{|}|n", "")]
    public void Every_line_of_either_side_is_there_or_told(string before, string ours, string theirs, string result, string lost)
    {
        var losses = new MergeTable().File("f", before, ours, theirs, result).Losses();
        Assert.Equal(lost, string.Join("; ", losses));
    }

    [Fact]
    public void A_loss_says_where_the_line_is_on_its_side()
    {
        var loss = Assert.Single(new MergeTable().File("f", "a|b", "a|b", "a|n|b|n|n", "a|n|b|n").Check().Losses);
        Assert.Equal(("n", 5), (loss.Fact, loss.Line));
        loss = Assert.Single(new MergeTable().File("f", "a|b|c", "a|c", "a|b|c|d", "a|b|c|d").Check().Losses);
        Assert.Equal(("b", 2, "f:2: a line that ours deleted is back: b"), (loss.Fact, loss.Line, loss.Said));
    }

    [Theory]
    [InlineData("a|<<<<<<< HEAD|x|=======|y|>>>>>>> theirs|b", "<<<<<<< HEAD;=======;>>>>>>> theirs")]
    [InlineData("a|x|=======|y|b", "=======")]
    [InlineData("a|x|>>>>>>>|y|b", ">>>>>>>")]
    [InlineData("a|x|========|y|<<<<<<<<|>> > >>>>|b", "")]
    public void A_marker_left_behind_is_a_defect_of_its_own(string result, string markers)
    {
        var report = new MergeTable().File("f", "a|b", "a|x|b", "a|y|b", result).Check(new Dropped("f: =======", "wanted"), new Dropped("f: marker", "wanted"));
        Assert.Equal(markers, string.Join(';', report.Losses.Select(l => l.Fact)));
        Assert.All(report.Losses, l => Assert.Equal((LossKind.Marker, LossSide.Neither), (l.Kind, l.Side)));
    }

    [Fact]
    public void A_marker_in_a_file_that_only_the_result_has_is_found()
    {
        var table = new MergeTable();
        Assert.Equal(["new Neither Marker >>>>>>> x"], table.File("f", "a", "b", "a", "b").Gives("new", table.Text("text|>>>>>>> x")).Losses());
    }

    [Fact]
    public void A_marker_that_a_side_has_is_text()
    {
        const string text = "Title|=======|<<<<<<< as git writes it";
        Assert.Empty(new MergeTable().File("f.md", text, $"{text}|x", $"y|{text}", $"y|{text}|x").Losses());
        Assert.Equal(["f.md Neither Marker ======="], new MergeTable().File("f.md", text, $"{text}|x", $"y|{text}", $"y|{text}|=======|x").Losses());
    }

    [Fact]
    public void What_is_named_with_a_reason_is_reported_and_no_loss()
    {
        var table = new MergeTable().File("src/a: b.c", "a|call(1)|c", "a|call(1, 2)|c", "a|call(1, 3)|c", "a|call(1, 2, 3)|c");
        Assert.Equal(2, table.Check().Count);
        AgentDecision Says(string topic, string choice, string? why) => new(topic, choice, why);
        var report = table.Check([.. Dropped.Of([
            Says("Dropped", "src/a: b.c:\n  call(1,  2)\ncall(1, 2)", "both arguments in one call"), Says("dropped", "src/a: b.c: call(1, 3)", " "), Says("other", "src/a: b.c: call(1, 3)", "why")])]);
        Assert.Equal("call(1, 3)", Assert.Single(report.Losses).Fact);
        Assert.Equal(("call(1, 2)", "both arguments in one call"), (Assert.Single(report.Named).Loss.Fact, report.Named[0].Why));
        Assert.True(table.Check(new Dropped("src/a: b.c: call(1, 2)", "w"), new Dropped("src/a: b.c: call(1, 3)", "w")).IsWhole);
        Assert.Equal(2, table.Check(new Dropped("src/a: b.c", "all of it"), new Dropped("src/a: b.c: ", "w"), new Dropped("other.c: call(1, 2)", "w")).Count);
    }

    [Fact]
    public void A_line_that_went_to_another_file_of_the_merge_is_not_lost()
    {
        // Ours moved the body to g, theirs changed a line of it in f: the change belongs to g.
        var table = new MergeTable()
            .File("f", "top|body one|body two|end", "top|end", "top|body one|body 2|end", "top|end")
            .File("g", "g", "g|body one|body two", "g", "g|body one|body 2");
        var report = table.Check();
        Assert.Equal(["body two"], report.Losses.Select(l => l.Fact));
        Assert.Contains("is in g now", Assert.Single(report.Notes));
        Assert.Equal(2, new MergeTable()
            .File("f", "top|body one|body two|end", "top|end", "top|body one|body 2|end", "top|end")
            .File("g", "g", "g|body one|body two", "g", "g|body one").Check().Count);
    }

    [Theory]
    [InlineData(7)]
    [InlineData(1234)]
    public void A_true_merge_has_no_loss_and_taking_a_line_out_of_it_or_back_into_it_is_found(int seed)
    {
        var random = new Random(seed);
        var (braces, unseen, guessed) = (0, 0, 0);
        for (var round = 0; round < 300; round++)
        {
            var merge = RandomMerge.Of(random);
            var losses = merge.Table(merge.Result).Losses();
            guessed += losses.Length > 0 ? 1 : 0;
            Assert.True(losses.All(l => l.EndsWith(" }", StringComparison.Ordinal)), $"{string.Join("; ", losses)} of {string.Join('|', merge.Base)} // {string.Join('|', merge.Ours)} // {string.Join('|', merge.Theirs)} // {string.Join('|', merge.Result)}");
            for (var i = 0; i < merge.Result.Count; i++)
            {
                var without = merge.Result.ToList();
                without.RemoveAt(i);
                var found = merge.Table(without).Check().Count > 0;
                if (merge.Result[i] == "}")
                    (braces, unseen) = (braces + 1, unseen + (found ? 0 : 1));
                else
                    Assert.True(found, $"round {round}: line {i} '{merge.Result[i]}' of {string.Join('|', merge.Result)}");
            }

            foreach (var deleted in merge.Deleted)
                Assert.Contains(merge.Table([.. merge.Result, deleted]).Check().Losses, l => l.Kind == LossKind.Deletion && l.Fact == deleted);
        }

        // Which of several equal lines a side has added can often be read in two ways, by one of which fewer are needed; and seldom each side
        // is read rightly in another way. That is measured here, and holds for lines that say nothing by themselves only.
        Assert.True(unseen * 10 < braces && guessed * 50 < 300, $"{unseen} of {braces} not seen, {guessed} of 300 told wrongly");
    }

    [Fact]
    public void Large_texts_are_compared_in_bounded_time()
    {
        var random = new Random(5);
        string[] Lines(int n) => [.. Enumerable.Range(0, n).Select(_ => $"line {random.Next(40)}")];
        var (ours, theirs) = (Lines(6_000), Lines(6_000));
        var report = new MergeTable().File("f", string.Join('|', Lines(6_000)), string.Join('|', ours), string.Join('|', theirs), string.Join('|', ours.Concat(theirs))).Check();
        Assert.DoesNotContain(report.Losses, l => l.Kind == LossKind.Line);
    }

    /// <summary>Two sides that changed different parts of a text, and both.</summary>
    private sealed record RandomMerge(IReadOnlyList<string> Base, IReadOnlyList<string> Ours, IReadOnlyList<string> Theirs, IReadOnlyList<string> Result, IReadOnlyList<string> Deleted)
    {
        public MergeTable Table(IReadOnlyList<string> result) =>
            new MergeTable().File("f", string.Join('|', Base), string.Join('|', Ours), string.Join('|', Theirs), string.Join('|', result));

        public static RandomMerge Of(Random random)
        {
            var (b, o, t, r, gone) = (new List<string>(), new List<string>(), new List<string>(), new List<string>(), new List<string>());
            var serial = 0;
            string Fresh() => random.Next(3) == 0 ? "}" : $"line {serial++}";
            for (var part = random.Next(3, 9); part > 0; part--)
            {
                // An unchanged line that is there only once keeps the parts apart, as it does for git.
                string[] stable = [$"stable {part}"], before = [.. Enumerable.Range(0, random.Next(3)).Select(_ => Fresh())], after = [.. Enumerable.Range(0, random.Next(3)).Select(_ => Fresh())];
                var who = random.Next(4);
                b.AddRange(before);
                o.AddRange(who is 1 or 3 ? after : before);
                t.AddRange(who is 2 or 3 ? after : before);
                r.AddRange(who > 0 ? after : before);
                if (who > 0)
                    gone.AddRange(before.Where(l => l != "}"));
                foreach (var list in new[] { b, o, t, r })
                    list.AddRange(stable);
            }

            return new RandomMerge(b, o, t, r, gone);
        }
    }
}
