using System.ComponentModel;
using Tutti.Core;

namespace Tutti.Engine.Host;

/// <summary>
/// Tells a disk that is full, read-only or broken, and a system that gives no more files or processes, from every other trouble: nothing that
/// is going on is to blame for it, and everything can go on as soon as a person has made room. .NET gives the number of the system's error; git
/// says it in words.
/// </summary>
public static class DiskTrouble
{
    // errno of Linux and of macOS where it differs: EIO, ENOSPC, EROFS, EDQUOT.
    private const int InputOutput = 5;
    private const int NoSpace = 28;
    private const int ReadOnly = 30;
    private const int Quota = 122;
    private const int QuotaOfMac = 69;

    // ENFILE, EMFILE; and what else keeps a process from being started: ENOMEM, EAGAIN. The last is also a lock's that somebody holds.
    private const int FilesOfSystem = 23;
    private const int FilesOfProcess = 24;
    private const int NoMemory = 12;
    private const int TryAgain = 11;
    private const int TryAgainOfMac = 35;

    private const string Full = "disk_full";

    // As strerror has them in the C locale, which is the one that git speaks here; the last is git's own.
    private static readonly (string Words, int Number)[] Spoken =
    [
        ("No space left on device", NoSpace),
        ("Disk quota exceeded", Quota),
        ("Read-only file system", ReadOnly),
        ("Input/output error", InputOutput),
        ("Out of diskspace", NoSpace),
    ];

    /// <summary>The failure that an exception tells of, or null where it has nothing to do with a disk.</summary>
    public static Failure? Of(Exception? exception)
    {
        for (; exception is not null; exception = exception.InnerException)
        {
            if (exception is FailureException { Failure: { Code: Full or "disk_read_only" or "disk_broken" } known })
                return known;
            if (exception is IOException io && Of(io.HResult, io.Message) is { } failure)
                return failure;
        }

        return null;
    }

    /// <summary>Throws where a program that failed has said that the disk is full, read-only or broken.</summary>
    /// <param name="error">What it printed on stderr, in the C locale.</param>
    /// <exception cref="IOException">With the system's number, as .NET would have thrown it.</exception>
    public static void ThrowIfSaid(string error)
    {
        foreach (var (words, number) in Spoken)
        {
            if (error.Contains(words, StringComparison.Ordinal))
                throw new IOException(error.Split('\n').First(line => line.Contains(words, StringComparison.Ordinal)).Trim(), number);
        }
    }

    /// <summary>Throws where a program was not started because the system gives no more processes, or files for its pipes.</summary>
    /// <exception cref="IOException">With a number that <see cref="Of(Exception?)"/> knows.</exception>
    public static void ThrowIfExhausted(Exception notStarted)
    {
        if (notStarted is Win32Exception { NativeErrorCode: FilesOfSystem or FilesOfProcess or NoMemory or TryAgain or TryAgainOfMac })
            throw new IOException(notStarted.Message, FilesOfProcess);
    }

    private static Failure? Of(int number, string message) => number switch
    {
        NoSpace or Quota or QuotaOfMac => new Failure(FailureCategory.Resource, Full, $"the disk is full: {message}", "make room there; what was going on is done again from where it stands"),
        ReadOnly => new Failure(FailureCategory.Environment, "disk_read_only", $"the file system cannot be written: {message}", "make it writable; what was going on is done again from where it stands"),
        InputOutput => new Failure(FailureCategory.Environment, "disk_broken", $"the disk does not work as it should: {message}", "look at the system's log (dmesg); what was going on is done again from where it stands"),
        FilesOfSystem or FilesOfProcess => new Failure(FailureCategory.Resource, "system_exhausted", $"the system gives no more files or processes: {message}", "close something, or raise the limit (ulimit -n, ulimit -u, a container's of processes); what was going on is done again from where it stands"),
        _ => null,
    };
}
