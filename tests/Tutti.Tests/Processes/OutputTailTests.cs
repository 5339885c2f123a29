using System.Text;
using Tutti.Engine.Processes;

namespace Tutti.Tests.Processes;

public sealed class OutputTailTests : IDisposable
{
    private readonly string _path = Path.GetTempFileName();

    [Theory]
    [InlineData("a\nb\nc\n", 1, 4)]
    [InlineData("a\nb\nc\n", 2, 2)]
    [InlineData("a\nb\nc", 1, 4)]
    [InlineData("a\nb\nc\n", 9, 0)]
    [InlineData("", 1, 0)]
    public void The_last_lines_are_found_with_and_without_an_end_of_line(string text, int lines, long start)
    {
        File.WriteAllText(_path, text);

        Assert.Equal(start, OutputTail.StartOfLast(_path, lines));
    }

    // As an agent's `ln -s stdout stdout` or `chmod 000 stdout`; the latter does not keep root out, as which tests may run.
    [Fact]
    public void An_output_that_cannot_be_read_shows_nothing_and_ends_nobody()
    {
        var folder = Directory.CreateTempSubdirectory("tutti-tail-").FullName;
        try
        {
            var path = Path.Combine(folder, "stdout");
            File.CreateSymbolicLink(path, path);
            Assert.Equal("", OutputTail.Read(path));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void Lines_longer_than_what_is_read_at_once_are_found_too()
    {
        var line = new string('x', 200_000);
        File.WriteAllText(_path, $"{line}\n{line}\n{line}\n", Encoding.ASCII);

        Assert.Equal(200_001, OutputTail.StartOfLast(_path, 2));
    }

    [Fact]
    public void A_missing_file_begins_at_its_beginning() => Assert.Equal(0, OutputTail.StartOfLast(_path + ".none", 3));

    public void Dispose() => File.Delete(_path);
}
