using Tutti.Core.Plan;
using Tutti.Engine.Sources;

namespace Tutti.Tests.Sources;

public sealed class MarkdownSourceTests : IDisposable
{
    private readonly SourceFolder _folder = new();
    private readonly MarkdownSource _source = new();

    public void Dispose() => _folder.Dispose();

    private SourceTasks Read(string text, string? tag = null) => _source.Read(_folder.Write("TASKS.md", text), tag);

    private string Shape(string text) => string.Join(' ', Read(text).Tasks.Select(task =>
        task.DependsOn.Count == 0 ? $"{task.Id}:{task.Title}" : $"{task.Id}:{task.Title}<{string.Join(',', task.DependsOn)}"));

    [Theory]
    [InlineData("- [ ] a\n* [x] b\n+ [X] c\n1. [ ] d\n2) [ ] e", "1:a 2:b 3:c 4:d 5:e")]
    [InlineData("- [ ] a\n  - [ ] b\n    - [ ] c\n  - [ ] d\n- [ ] e", "1:a<1.1,1.2 1.1:b<1.1.1 1.1.1:c 1.2:d 2:e")]
    [InlineData("- [ ] a\n\t- [ ] b\n", "1:a<1.1 1.1:b")]
    [InlineData("- [ ] a\r\n  - [ ] b\r\n", "1:a<1.1 1.1:b")]
    [InlineData("- [ ] a\n- note\n  - [ ] b", "1:a 2:b")]
    [InlineData("- []  a\n- [ ]b\n- [ ](x)\n- [y] c\n[ ] d\n- [ ] e", "1:e")]
    [InlineData("```\n- [ ] a\n```\n- [ ] b\n~~~md\n- [ ] c\n```\n~~~\n- [ ] d", "1:b 2:d")]
    [InlineData("<!-- - [ ] a -->\n<!--\n- [ ] b\n-->\n- [ ] c", "1:c")]
    [InlineData("- [ ] a\n  ```\n  - [ ] no\n  ```\n- [ ] b", "1:a 2:b")]
    [InlineData("- [ ] Login (id: login) !high\n- [ ] Out (depends: login)\n- [ ] Both (depends on: 2, login)", "login:Login 2:Out<login 3:Both<2,login")]
    [InlineData("\uFEFF- [ ] a", "1:a")]
    [InlineData("", "")]
    public void Boxes_become_tasks_and_a_parent_waits_for_its_children(string text, string shape) => Assert.Equal(shape, Shape(text));

    [Fact]
    public void Indented_text_is_the_description_and_the_heading_the_milestone()
    {
        var tasks = Read("# Plan\n## v1 ##\n- [ ] a !critical (files: src/**, b.md)\n  First line.\n\n  - a bullet\n    deeper\n  ```\n  - [ ] code\n  ```\nNot part.\n\n- [ ] b").Tasks;
        Assert.Equal("First line.\n\n- a bullet\n  deeper\n```\n- [ ] code\n```", tasks[0].Description);
        Assert.Equal(("v1", "a", Priority.Critical, ""), (tasks[0].Milestone, tasks[0].Title, tasks[0].Priority, tasks[1].Description));
        Assert.Equal(["src/**", "b.md"], tasks[0].Files);
    }

    [Fact]
    public void The_mark_is_the_status() => Assert.Equal(
        [SourceStatus.Pending, SourceStatus.Done, SourceStatus.Cancelled, SourceStatus.InProgress],
        Read("- [ ] a\n- [x] b\n- [-] c\n- [/] d").Statuses.Values);

    [Fact]
    public void A_tag_takes_the_tagged_and_what_lies_below()
    {
        var list = Read("- [ ] a #v1\n  - [ ] b\n- [ ] c", "v1");
        Assert.Equal(["1", "1.1"], list.Tasks.Select(task => task.Id));
        Assert.Equal(3, list.Statuses.Count);
        Assert.Equal("tag_unknown", SourceFolder.Refused(() => Read("- [ ] a", "v1")).Code);
    }

    [Fact]
    public void Wrong_lists_are_refused_with_the_line()
    {
        var unknown = SourceFolder.Refused(() => Read("- [ ] a (id: login)\n\n- [ ] b (depends: logn)"));
        Assert.Equal(("task_unknown", "did you mean 'login'?"), (unknown.Code, unknown.Hint));
        Assert.EndsWith("TASKS.md line 3)", unknown.Message, StringComparison.Ordinal);
        Assert.EndsWith("TASKS.md line 2)", SourceFolder.Refused(() => Read("- [ ] a\n- [ ] b (id: 1)")).Message, StringComparison.Ordinal);
        var deep = string.Concat(Enumerable.Range(0, 100).Select(i => new string(' ', 2 * i) + "- [ ] x\n"));
        Assert.Contains("line 33: check-boxes are nested deeper than 32", SourceFolder.Refused(() => Read(deep)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Done_ticks_the_box_and_nothing_else()
    {
        var file = _folder.Write("TASKS.md", "\uFEFF# é\r\n- [ ] ä (id: x)\r\n\t* [/] ö\r\n");
        _source.Tell(file, null, "1.1", SourceStatus.InProgress);
        Assert.Equal("\uFEFF# é\r\n- [ ] ä (id: x)\r\n\t* [/] ö\r\n", System.Text.Encoding.UTF8.GetString(File.ReadAllBytes(file)));
        _source.Tell(file, null, "1.1", SourceStatus.Done);
        _source.Tell(file, null, "x", SourceStatus.Done);
        _source.Tell(file, null, "x", SourceStatus.Done);
        Assert.Equal("\uFEFF# é\r\n- [x] ä (id: x)\r\n\t* [x] ö\r\n", System.Text.Encoding.UTF8.GetString(File.ReadAllBytes(file)));
        Assert.Equal("task_unknown", SourceFolder.Refused(() => _source.Tell(file, null, "7", SourceStatus.Done)).Code);
    }

    [Fact]
    public void A_tick_is_taken_back_only_where_it_is_ours()
    {
        var file = _folder.Write("TASKS.md", "- [x] one\n- [x] two\n");
        _source.Tell(file, null, "1", SourceStatus.Pending, "one", SourceStatus.InProgress);
        _source.Tell(file, null, "2", SourceStatus.Pending, "two", SourceStatus.Done);
        Assert.Equal("- [x] one\n- [ ] two\n", File.ReadAllText(file));
        Assert.Equal("task_unknown", SourceFolder.Refused(() => _source.Tell(file, null, "2", SourceStatus.Pending, "another", SourceStatus.Done)).Code);
    }

    [Theory]
    [InlineData("- [ ] new\n- [ ] one\n- [ ] two\n", "- [ ] new\n- [ ] one\n- [x] two\n")] // moved down by a new one
    [InlineData("- [ ] one\n  - [ ] two (files: a) !high\n", "- [ ] one\n  - [x] two (files: a) !high\n")] // below another one now
    [InlineData("- [ ] one\n- [ ] three\n", null)] // taken out, and another in its place
    [InlineData("- [ ] two\n- [ ] one\n- [ ] two\n", null)] // which of them?
    [InlineData("- [ ] two\n- [ ] two\n", "- [ ] two\n- [x] two\n")] // the place still says it
    public void A_list_that_was_changed_meanwhile_has_no_other_box_ticked(string now, string? ticked)
    {
        Assert.Equal("two", Read("- [ ] one\n- [ ] two\n").Tasks[1].Title);
        var file = _folder.Write("TASKS.md", now);
        void Tell() => _source.Tell(file, null, "2", SourceStatus.Done, "two");
        if (ticked is null)
            Assert.Equal("task_unknown", SourceFolder.Refused(Tell).Code);
        else
            Tell();
        Assert.Equal(ticked ?? now, File.ReadAllText(file));
    }

    [Fact]
    public void An_id_in_the_text_is_ticked_whatever_its_title_is_now()
    {
        var file = _folder.Write("TASKS.md", "- [ ] new\n- [ ] another title (id: x)\n");
        _source.Tell(file, null, "x", SourceStatus.Done, "a title");
        Assert.Equal("- [ ] new\n- [x] another title (id: x)\n", File.ReadAllText(file));
    }

    [Fact]
    public void Bytes_that_are_no_text_do_not_crash_it()
    {
        var random = new Random(5);
        for (var round = 0; round < 200; round++)
        {
            var bytes = new byte[random.Next(400)];
            random.NextBytes(bytes);
            for (var i = 0; i < bytes.Length; i++)
                bytes[i] = random.Next(3) == 0 ? bytes[i] : (byte)"- [x]\n `#!(id:)"[random.Next(15)];
            var file = Path.Combine(_folder.Root, "odd.md");
            File.WriteAllBytes(file, bytes);
            try
            {
                _source.Read(file, null);
            }
            catch (Core.FailureException e)
            {
                Assert.Contains("odd.md", e.Failure.Message, StringComparison.Ordinal);
            }
        }
    }
}
