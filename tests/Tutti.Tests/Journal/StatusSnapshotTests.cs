using System.Text;
using Tutti.Engine.Journal;

namespace Tutti.Tests.Journal;

public sealed class StatusSnapshotTests : IDisposable
{
    private static readonly byte[] Document = "{}\n"u8.ToArray();

    private readonly SessionFolder _folder = new(Directory.CreateTempSubdirectory().FullName);

    public StatusSnapshotTests() => File.WriteAllText(_folder.Journal, "1234");

    public void Dispose() => Directory.Delete(_folder.Path, recursive: true);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void It_counts_while_the_journal_is_as_long_as_it_was(bool ended)
    {
        StatusSnapshot.Write(_folder, 4, ended, Document);
        Assert.Equal(Document, Read()?.ToArray());
        File.AppendAllText(_folder.Journal, "5");
        Assert.Null(Read());
    }

    [Theory]
    [InlineData("4 live x 1 boot\n{}")]
    [InlineData("4 live 1 x boot\n{}")]
    [InlineData("4 live 99999999999999999999 1 boot\n{}")]
    [InlineData("4 live -1 -1 boot\n{}")]
    [InlineData("4 live 1 1\n{}")]
    [InlineData("\n{}")]
    [InlineData("4 ended")]
    public void A_damaged_one_does_not_count(string text)
    {
        StatusSnapshot.Write(_folder, 4, ended: true, Document);
        File.WriteAllText(Path.Combine(_folder.Path, "status.json"), text, Encoding.ASCII);
        Assert.Null(Read());
    }

    private ReadOnlyMemory<byte>? Read() => StatusSnapshot.Read(_folder, TimeProvider.System.GetUtcNow());
}
