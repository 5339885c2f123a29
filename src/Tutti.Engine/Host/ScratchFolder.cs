namespace Tutti.Engine.Host;

/// <summary>A new folder of the system's temporary one for what a program is to leave nowhere else; goes with all that is in it.</summary>
internal sealed class ScratchFolder(string prefix) : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory(prefix).FullName;

    public void Dispose()
    {
        try
        {
            Directory.Delete(Path, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The program has removed it itself, or has left something running that writes there still: the system clears that folder up.
        }
    }
}
