namespace Tutti.Engine.Processes;

/// <summary>One short-lived program to run to its end: arguments as a list, the environment whole and on purpose.</summary>
/// <param name="Program">Name found on PATH, or a path.</param>
/// <param name="Arguments">Passed as they are; no shell sees them.</param>
/// <param name="Directory">Working folder; must exist.</param>
public sealed record Command(string Program, IReadOnlyList<string> Arguments, string Directory)
{
    /// <summary>The whole environment of the program; nothing is inherited.</summary>
    public required IReadOnlyDictionary<string, string> Environment { get; init; }

    /// <summary>What the program reads on stdin; null is an empty stdin.</summary>
    public ReadOnlyMemory<byte>? Input { get; init; }

    /// <summary>After this the whole tree is killed and <see cref="CommandResult.TimedOut"/> is set.</summary>
    public TimeSpan Limit { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Bytes kept of each of stdout and stderr; the rest is read and dropped, and <see cref="CommandResult.Truncated"/> is set.</summary>
    public int OutputLimit { get; init; } = 64 * 1024 * 1024;
}

/// <summary>How a <see cref="Command"/> ended.</summary>
/// <param name="ExitCode">The program's own; 128 + n when signal n ended it.</param>
/// <param name="Output">stdout, byte for byte.</param>
/// <param name="Error">stderr, decoded as UTF-8 with replacement characters.</param>
/// <param name="Duration">Wall time from start to end.</param>
public sealed record CommandResult(int ExitCode, byte[] Output, string Error, TimeSpan Duration)
{
    public bool TimedOut { get; init; }
    public bool Truncated { get; init; }

    /// <summary>stdout decoded as UTF-8, one trailing newline removed.</summary>
    public string Text
    {
        get
        {
            var text = System.Text.Encoding.UTF8.GetString(Output);
            return text.EndsWith('\n') ? text[..^1] : text;
        }
    }
}
