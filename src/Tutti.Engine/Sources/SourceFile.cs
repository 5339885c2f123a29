using Tutti.Core;
using Tutti.Engine.Host;

namespace Tutti.Engine.Sources;

/// <summary>Reads and replaces the files that task lists are kept in.</summary>
internal static class SourceFile
{
    /// <summary>Bytes; a list of 10,000 long tasks has about 8 MB.</summary>
    public const int MaxBytes = 32 * 1024 * 1024;

    private const string Beside = ".tmp";

    /// <summary>The first of these names, relative to the folder, that is a file.</summary>
    /// <exception cref="FailureException"><c>source_unreadable</c> where it is a pipe or a device.</exception>
    public static string? Find(string folder, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (File.Exists(Path.Combine(folder, name)))
                return RequireRegular(Path.Combine(folder, name));
        }

        return null;
    }

    /// <summary>The file itself, where reading it comes to an end: nobody has named it, so that nobody writes into it either.</summary>
    /// <exception cref="FailureException"><c>source_unreadable</c> where it is a pipe or a device.</exception>
    public static string RequireRegular(string file) => RegularFile.Is(file)
        ? file
        : throw FailureException.Environment("source_unreadable", $"{file} is a pipe or a device, and no file", "remove it, or name another list: --from FILE");

    /// <summary>The whole file, bounded.</summary>
    /// <exception cref="FailureException"><c>source_missing</c>, <c>source_unreadable</c> or <c>source_too_large</c>.</exception>
    public static byte[] Read(string file)
    {
        try
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            // Read up to the limit rather than trust the length: a pipe or a growing file has none worth believing.
            var kept = new MemoryStream();
            var buffer = new byte[64 * 1024];
            int read;
            while ((read = stream.Read(buffer)) > 0)
            {
                kept.Write(buffer, 0, read);
                if (kept.Length > MaxBytes)
                    throw FailureException.Input("source_too_large", $"{file} is larger than {MaxBytes / (1024 * 1024)} MB", "split the list");
            }

            return kept.ToArray();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(file, e);
        }
    }

    /// <summary>Changes the file under its lock: read, change, write beside it, flush, rename. Readers see the old file or the new one.</summary>
    /// <param name="file">The file; a symbolic link stays one, and its target is replaced.</param>
    /// <param name="change">From the bytes to the new bytes; the same array means that nothing is written.</param>
    /// <exception cref="FailureException"><c>source_locked</c>, <c>source_not_written</c>, or what reading and <paramref name="change"/> say.</exception>
    public static void Update(string file, Func<byte[], byte[]> change)
    {
        var target = Resolve(file);
        for (var left = 3; ; left--)
        {
            using var held = FolderLock.Take(target + ".lock", TimeProvider.System);
            RemoveHalfWritten(target);
            var before = Read(File.Exists(target) ? RequireRegular(target) : target);
            var after = change(before);
            if (ReferenceEquals(before, after))
                return;
            if (Replace(target, before, after, held))
                return;
            if (left == 0)
                throw new FailureException(FolderLock.Busy(target + ".lock"));
        }
    }

    // What a process that was killed while it wrote has left beside the file, in the user's own folder.
    private static void RemoveHalfWritten(string target)
    {
        foreach (var path in Directory.EnumerateFiles(Path.GetDirectoryName(target)!, $"{Path.GetFileName(target)}.*{Beside}"))
        {
            var id = path[(target.Length + 1)..^Beside.Length];
            if (Guid.TryParseExact(id, "N", out _))
                File.Delete(path);
        }
    }

    private static string Resolve(string file)
    {
        try
        {
            return File.ResolveLinkTarget(file, returnFinalTarget: true)?.FullName ?? Path.GetFullPath(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(file, e);
        }
    }

    private static FailureException Unreadable(string file, Exception e) => e is FileNotFoundException or DirectoryNotFoundException
        ? FailureException.Input("source_missing", $"there is no file {file}", "check the path")
        : Directory.Exists(file) ? FailureException.Input("source_missing", $"{file} is a folder, and no task list", "check the path")
        : new FailureException(new Failure(FailureCategory.Environment, "source_unreadable", $"cannot read {file}: {e.Message}", "check its permissions; the session goes on without it"), e);

    // A rename asks for no leave to write the file, and whoever took that away means it.
    private static void RefuseReadOnly(string target)
    {
        const UnixFileMode Write = UnixFileMode.UserWrite | UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(target) & Write) == UnixFileMode.None)
            throw new FailureException(new Failure(FailureCategory.Environment, "source_not_written", $"{target} is read-only", $"chmod u+w '{target}'; the session keeps its own record"));
    }

    // False when the lock was lost meanwhile (this process was stopped for long), or an editor, which asks for no lock, has saved the file:
    // the change must be made again on what is there now.
    private static bool Replace(string target, byte[] before, byte[] bytes, FolderLock held)
    {
        var beside = $"{target}.{Guid.NewGuid():N}{Beside}";
        try
        {
            RefuseReadOnly(target);
            Failpoint.At("source.write");
            using (var stream = new FileStream(beside, FileMode.CreateNew, FileAccess.Write))
            {
                if (!OperatingSystem.IsWindows())
                    File.SetUnixFileMode(stream.SafeFileHandle, File.GetUnixFileMode(target));
                stream.Write(bytes);
                Failpoint.At("source.written");
                stream.Flush(flushToDisk: true);
                Failpoint.At("source.synced");
            }

            if (!held.IsOurs() || !Read(target).AsSpan().SequenceEqual(before))
                return false;
            File.Move(beside, target, overwrite: true);
            Failpoint.At("source.replaced");
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new FailureException(new Failure(FailureCategory.Environment, "source_not_written", $"cannot write {target}: {e.Message}", "check the permissions and the room of its folder; the session keeps its own record"), e);
        }
        finally
        {
            File.Delete(beside);
        }
    }
}
