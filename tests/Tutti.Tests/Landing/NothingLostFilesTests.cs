using Tutti.Core.Landing;

namespace Tutti.Tests.Landing;

public sealed class NothingLostFilesTests
{
    private readonly MergeTable _table = new();

    private void IsLost(params string[] losses) => Assert.Equal(losses, _table.Losses());

    [Theory]
    [InlineData("a", null, "a", null, "")]
    [InlineData("a", null, "a", "a", "f Ours FileDeletion")]
    [InlineData("a", "a", null, "a", "f Theirs FileDeletion")]
    [InlineData("a", null, null, "a", "f Both FileDeletion")]
    [InlineData("a", null, null, null, "")]
    [InlineData("a", null, "a|b", "a|b", "f Ours FileDeletion")]
    [InlineData("a", null, "a|b", null, "f Theirs File")]
    [InlineData("a", null, "a|b", "a", "f Ours FileDeletion; f Theirs Line b")]
    [InlineData("a", null, " a", null, "")]
    [InlineData(null, "n", null, null, "f Ours File")]
    [InlineData(null, null, "n", null, "f Theirs File")]
    [InlineData(null, "n", null, "n", "")]
    [InlineData(null, "n|o", "n|t", "n|o|t", "")]
    [InlineData(null, "n|o", "n|t", "n|o", "f Theirs Line t")]
    [InlineData("a", "a", "a", null, "f Both File")]
    [InlineData("a|b", "a|b", "a|b", "a", "f Both Context b")]
    [InlineData("a|b", "a|b", "a|b", "a|b|c", "")]
    public void Files_that_are_there_and_files_that_are_not(string? before, string? ours, string? theirs, string? result, string lost)
    {
        _table.File("f", before, ours, theirs, result);
        Assert.Equal(lost, string.Join("; ", _table.Losses()));
    }

    [Fact]
    public void A_deleted_files_changes_may_have_gone_where_its_lines_went()
    {
        _table.File("f", "body one|body two", null, "body one|body 2", null).File("g", "g", "g|body one|body two", "g", "g|body one|body 2|body two");
        IsLost();
        Assert.Equal("f is gone; what theirs changed in it is in g now", Assert.Single(_table.Check().Notes));
    }

    [Fact]
    public void Changes_follow_a_renamed_file()
    {
        var text = _table.Text;
        _table.Has(("f", text("a|b", false)), ("g", text("a|b", false)), ("f", text("a|b|t", false))).Gives("g", text("a|b|t", false));
        IsLost();
    }

    [Fact]
    public void Changes_left_at_the_old_name_have_lost_the_renaming()
    {
        var text = _table.Text;
        _table.Has(("f", text("a|b", false)), ("g", text("a|b", false)), ("f", text("a|b|t", false))).Gives("f", text("a|b", false));
        IsLost("g Ours Rename", "f Theirs Line t");
    }

    [Fact]
    public void A_renamed_file_whose_old_name_is_back_has_lost_the_renaming()
    {
        var text = _table.Text;
        _table.Has(("f", text("a|b", false)), ("g", text("a|b", false)), ("f", text("a|b|t", false))).Gives("f", text("a|b|t", false)).Gives("g", text("a|b|t", false));
        IsLost("f Ours Rename");
    }

    [Fact]
    public void A_name_that_is_given_to_another_file_is_not_the_old_one_back()
    {
        var text = _table.Text;
        _table
            .Has(("f", text("a|b", false)), ("g", text("a|b", false)), ("f", text("a|b|t", false)))
            .Has(("h", text("h", false)), ("h", text("h", false)), ("f", text("h", false)))
            .Gives("g", text("a|b|t", false)).Gives("f", text("h", false));
        IsLost();
    }

    [Fact]
    public void Where_both_renamed_one_name_is_lost()
    {
        var text = _table.Text;
        _table.Has(("f", text("a|b", false)), ("g", text("a|b|o", false)), ("h", text("a|t|b", false))).Gives("g", text("a|t|b|o", false));
        IsLost("h Theirs Rename");
        Assert.True(_table.Check(new Dropped("h: rename", "g is what the issue asks for")).IsWhole);
    }

    [Fact]
    public void A_renamed_file_that_the_other_deleted()
    {
        var text = _table.Text;
        _table.Has(("f", text("a|b", false)), ("g", text("a|b", false)), ("f", null)).Gives("g", text("a|b", false));
        IsLost("g Theirs FileDeletion");
        Assert.Equal(["g Ours File"], new MergeTable().Has(("f", text("a|b", false)), ("g", text("a|b", false)), ("f", null)).Losses());
    }

    [Fact]
    public void Two_files_that_came_to_one_path_are_both_in_it()
    {
        var text = _table.Text;
        _table
            .Has(("f", text("a|b", false)), ("g", text("a|b|o", false)), ("f", text("a|b", false)))
            .Has(("g", null), ("g", null), ("g", text("new|t", false)))
            .Gives("g", text("a|b|o|new", false));
        IsLost("g Theirs Line t");
    }

    [Fact]
    public void An_added_file_may_be_moved_with_its_folder()
    {
        _table.File("old/x", null, null, "n", null).Gives("new/x", _table.Text("n"));
        IsLost();
        Assert.Equal("old/x is new/x in the result", Assert.Single(_table.Check().Notes));
    }

    [Theory]
    [InlineData("2", "2", "1", "1", "")]
    [InlineData("2", "2", "1", "2", "f Theirs Binary")]
    [InlineData("1", "2", "3", "2", "f Theirs Binary")]
    [InlineData("1", "2", "3", "3", "f Ours Binary")]
    [InlineData("1", "2", "3", "4", "f Ours Binary; f Theirs Binary")]
    [InlineData("1", "2", "2", "1", "f Both Binary")]
    [InlineData("1", "1", "1", "2", "f Both Binary")]
    [InlineData(null, "2", "3", "3", "f Ours Binary")]
    public void A_binary_is_one_sides(string? before, string ours, string theirs, string result, string lost)
    {
        _table.Has(("f", before is null ? null : _table.Bytes(before)), ("f", _table.Bytes(ours)), ("f", _table.Bytes(theirs))).Gives("f", _table.Bytes(result));
        Assert.Equal(lost, string.Join("; ", _table.Losses()));
    }

    [Theory]
    [InlineData("1", "2", "1", "2", "")]
    [InlineData("1", "2", "1", "1", "f Ours Link")]
    [InlineData("1", "2", "3", "2", "f Theirs Link")]
    public void A_link_leads_where_a_side_pointed_it(string before, string ours, string theirs, string result, string lost)
    {
        _table.Has(("f", MergeTable.Link(before)), ("f", MergeTable.Link(ours)), ("f", MergeTable.Link(theirs))).Gives("f", MergeTable.Link(result));
        Assert.Equal(lost, string.Join("; ", _table.Losses()));
    }

    [Theory]
    [InlineData("1", "2", "1", "2", "")]
    [InlineData("1", "2", "1", "1", "m Ours Submodule")]
    [InlineData("1", "2", "3", "3", "m Ours Submodule")]
    public void A_submodule_is_where_a_side_moved_it(string before, string ours, string theirs, string result, string lost)
    {
        _table.Has(("m", MergeTable.Module(before)), ("m", MergeTable.Module(ours)), ("m", MergeTable.Module(theirs))).Gives("m", MergeTable.Module(result));
        Assert.Equal(lost, string.Join("; ", _table.Losses()));
    }

    [Fact]
    public void A_file_on_one_side_and_a_link_on_the_other()
    {
        _table.Has(("f", null), ("f", _table.Text("a")), ("f", MergeTable.Link("a"))).Gives("f", MergeTable.Link("a"));
        IsLost("f Ours Type");
    }

    [Theory]
    [InlineData(false, true, false, true, "")]
    [InlineData(false, true, false, false, "f Ours Mode")]
    [InlineData(true, true, false, true, "f Theirs Mode")]
    [InlineData(true, false, false, true, "f Both Mode")]
    [InlineData(false, false, false, true, "f Both Mode")]
    public void The_executable_bit_is_as_a_side_set_it(bool before, bool ours, bool theirs, bool result, string lost)
    {
        _table.Has(("f", _table.Text("a", before)), ("f", _table.Text("a|b", ours)), ("f", _table.Text("c|a", theirs))).Gives("f", _table.Text("c|a|b", result));
        Assert.Equal(lost, string.Join("; ", _table.Losses()));
    }

    [Fact]
    public void What_cannot_be_a_line_is_named_by_its_word()
    {
        _table.File("f", "a", null, "a|b", "a|b").Has(("b", _table.Bytes("1")), ("b", _table.Bytes("2")), ("b", _table.Bytes("3"))).Gives("b", _table.Bytes("2"));
        Assert.Equal(2, _table.Check(new Dropped("f: b", "w"), new Dropped("b: 3", "w")).Count);
        Assert.True(_table.Check(new Dropped("f: Deletion", "still used"), new Dropped("b: binary", "ours is newer")).IsWhole);
    }
}
