using System.Globalization;
using System.Text;
using Tutti.Engine.Git.Pool;
using Tutti.Engine.Host;

namespace Tutti.Engine.Journal;

/// <summary>
/// What <c>tutti status --json</c> says of a session, as its conductor last wrote it beside the journal. It is only a shortcut: folding
/// a long journal costs a statusline ten times what starting a program costs. It counts only while the journal is exactly
/// as long as it was, so that it can be late but never wrong; whoever doubts it reads the journal.
/// </summary>
public static class StatusSnapshot
{
    internal const string FileName = "status.json";

    // Times and loads in it are of the moment it was written; a conductor that lives writes it anew every second.
    private static readonly TimeSpan Oldest = TimeSpan.FromSeconds(3);

    /// <summary>Replaces the snapshot, by rename.</summary>
    /// <param name="folder">The session's folder.</param>
    /// <param name="journal">Bytes of the journal that the document tells of.</param>
    /// <param name="ended">The session is at its end, so that time changes nothing about it.</param>
    /// <param name="document">The document, with its line end.</param>
    /// <exception cref="IOException">There is no room; the journal is not concerned.</exception>
    public static void Write(SessionFolder folder, long journal, bool ended, ReadOnlySpan<byte> document)
    {
        var us = LeaseOwner.Current("", "");
        var heading = string.Create(CultureInfo.InvariantCulture, $"{journal} {(ended ? "ended" : "live")} {us.Pid} {us.Started} {us.Boot}\n");
        var path = folder.File(FileName);
        Failpoint.At("status.write");
        using (var file = File.Create(path + ".new"))
        {
            file.Write(Encoding.ASCII.GetBytes(heading));
            file.Write(document);
        }

        File.Move(path + ".new", path, overwrite: true);
    }

    /// <summary>The document, or null where there is none that can be relied on.</summary>
    /// <param name="folder">The session's folder.</param>
    /// <param name="now">UTC.</param>
    public static ReadOnlyMemory<byte>? Read(SessionFolder folder, DateTimeOffset now)
    {
        if (new FileInfo(folder.File(FileName)) is not { Exists: true, Length: > 0, LinkTarget: null } file || new FileInfo(folder.Journal) is not { Exists: true } journal)
            return null;
        try
        {
            var bytes = File.ReadAllBytes(file.FullName);
            var end = Array.IndexOf(bytes, (byte)'\n');
            if (end <= 0 || !IsGood(Encoding.ASCII.GetString(bytes, 0, end), journal.Length, now.UtcDateTime - file.LastWriteTimeUtc))
                return null;
            return bytes.AsMemory(end + 1);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Cleaned up at this moment, or not ours to read: the journal will tell.
            return null;
        }
    }

    // 48213 live 4711 123456 0a1b2c3d-…
    private static bool IsGood(string heading, long journal, TimeSpan age) =>
        heading.Split(' ') is [var length, var state, var pid, var started, var boot]
        && length == journal.ToString(CultureInfo.InvariantCulture)
        && (state == "ended" || (age < Oldest && IsAlive(pid, started, boot)));

    private static bool IsAlive(string pid, string started, string boot) =>
        int.TryParse(pid, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && long.TryParse(started, NumberStyles.None, CultureInfo.InvariantCulture, out var ticks)
        && OwnerProcess.IsAlive(new LeaseOwner("", "", number, boot, ticks));
}
