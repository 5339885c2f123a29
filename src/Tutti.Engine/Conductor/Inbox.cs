using System.Text.Json;
using Tutti.Core.Session;
using Tutti.Engine.Host;
using Tutti.Engine.Journal;

namespace Tutti.Engine.Conductor;

/// <summary>
/// How other processes reach a conductor: a file for each request, put into the session's inbox by rename and removed once
/// its events are in the journal. A request made while nobody conducts waits for the next conductor.
/// </summary>
public sealed class Inbox : IDisposable
{
    // Notifications can be lost, or not to be had; the folder is looked at this often besides.
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(1);

    private readonly SessionFolder _folder;
    private readonly Func<Input, ValueTask> _tell;
    private readonly FileSystemWatcher? _watcher;
    private readonly ITimer _timer;
    private readonly Lock _reading = new();
    private readonly HashSet<string> _taken = new(StringComparer.Ordinal);

    public Inbox(SessionFolder folder, Func<Input, ValueTask> tell, TimeProvider time)
    {
        _folder = folder;
        _tell = tell;
        Directory.CreateDirectory(folder.Inbox);
        _watcher = FolderWatch.Begin(folder.Inbox, watcher =>
        {
            watcher.Filter = "*.json";
            watcher.Renamed += (_, _) => Read();
        });
        _timer = time.CreateTimer(_ => Read(), null, TimeSpan.Zero, LookAgain);
    }

    /// <summary>Leaves a request for the conductor of a session, whether there is one now or not.</summary>
    /// <returns>Its file, which is there until somebody has taken it.</returns>
    public static string Leave(SessionFolder folder, Control control, DateTimeOffset now)
    {
        Directory.CreateDirectory(folder.Inbox);
        var name = $"{now.UtcTicks:D20}-{Environment.ProcessId}";
        var beside = Path.Combine(folder.Inbox, name + ".new");
        File.WriteAllBytes(beside, JsonSerializer.SerializeToUtf8Bytes(control, EventJson.Default.Control));
        var path = Path.Combine(folder.Inbox, name + ".json");
        File.Move(beside, path);
        return path;
    }

    /// <summary>How many requests nobody has taken yet.</summary>
    public static int Waiting(SessionFolder folder) =>
        Directory.Exists(folder.Inbox) ? Directory.EnumerateFiles(folder.Inbox, "*.json").Count() : 0;

    public void Dispose()
    {
        _watcher?.Dispose();
        _timer.Dispose();
    }

    private void Read()
    {
        lock (_reading)
        {
            foreach (var path in Waiting().Order(StringComparer.Ordinal).Where(_taken.Add).ToList())
                Take(path);
        }
    }

    // A folder that is not there, or cannot be listed, has nothing now; this is asked again before long.
    private string[] Waiting()
    {
        try
        {
            return Directory.GetFiles(_folder.Inbox, "*.json");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private void Take(string path)
    {
        var control = Parsed(path);
        if (control is not null)
            _tell(control).AsTask().GetAwaiter().GetResult();

        // Told is not yet journaled, but obeying is idempotent: a request that is read twice changes nothing the second time,
        // and one that is lost in between is asked for again by whoever sees that nothing came of it.
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A disk that cannot be written; it stays among those that are taken.
        }
    }

    // Whatever cannot be read is no request of ours; it is taken out so that it does not come up again.
    private static Control? Parsed(string path)
    {
        try
        {
            // A pipe has no length either; it is never opened, since that might wait for ever.
            return RegularFile.LengthOfOwn(path) > 0 ? Parse(File.ReadAllBytes(path)) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>A request; null for what is none, since anybody can put a file there.</summary>
    internal static Control? Parse(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, EventJson.Default.Control) is { Tasks: not null, By: not null } control && Enum.IsDefined(control.Verb) && control.Tasks.All(task => task is not null)
                ? control
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
