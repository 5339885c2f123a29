namespace Tutti.Engine.Git.Landing;

/// <summary>Merges that build on each other and leave no trace: their objects are in a folder that goes when this is disposed.</summary>
/// <param name="control">Makes the merges; commits it returns exist in <paramref name="objects"/> only.</param>
/// <param name="objects">The folder.</param>
public sealed class TrialMerges(ControlRepository control, string objects) : IAsyncDisposable
{
    /// <summary>Makes the merges.</summary>
    public ControlRepository Control => control;

    /// <summary>The folder that holds what they wrote, laid out like <c>.git/objects</c>.</summary>
    public string Objects => objects;

    /// <summary>Ends the processes that look into the folder, and removes it.</summary>
    public async ValueTask DisposeAsync()
    {
        await control.DisposeAsync();
        ControlFolder.Delete(objects);
    }
}
