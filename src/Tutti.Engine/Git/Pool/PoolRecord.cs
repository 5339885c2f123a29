using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Tutti.Engine.Git.Pool;

/// <summary>What <c>pool.json</c> holds: every slot of a repository, with whose it is.</summary>
internal sealed record PoolRecord(int Version, IReadOnlyList<SlotRecord> Slots)
{
    public const int CurrentVersion = 1;

    public static readonly PoolRecord Empty = new(CurrentVersion, []);

    /// <summary>The record that a file holds; null where it does not hold together, also where it was changed by hand.</summary>
    public static PoolRecord? Parse(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, PoolJson.Default.PoolRecord) is { Version: CurrentVersion } record && record.Slots.All(slot => slot?.IsWhole == true) ? record : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public SlotRecord? Find(string name) => Slots.FirstOrDefault(s => s.Name == name);

    /// <summary>The same record with a slot in the place of the one of its name, or added.</summary>
    public PoolRecord With(SlotRecord slot) =>
        this with { Slots = [.. Slots.Where(s => s.Name != slot.Name).Append(slot).OrderBy(s => s.Number)] };

    /// <summary>The same record for a repository whose git folder is here: it may have been moved since.</summary>
    public PoolRecord In(string common) => this with { Slots = [.. Slots.Select(slot => slot.In(common))] };

    public PoolRecord Without(string name) => this with { Slots = [.. Slots.Where(s => s.Name != name)] };
}

/// <summary>One slot.</summary>
/// <param name="Name"><c>wt-N</c>.</param>
/// <param name="Root">The pool root in which it was made, which a later configuration may have moved.</param>
/// <param name="State">What it is.</param>
internal sealed record SlotRecord(string Name, string Root, SlotState State)
{
    public const string Prefix = "wt-";

    /// <summary>Text of its <c>.git</c> file as git wrote it; compared before git is run in it.</summary>
    public string GitFile { get; init; } = "";

    /// <summary>Hash of its own <c>config.worktree</c>, if git gave it one (sparse checkouts).</summary>
    public string? Config { get; init; }

    /// <summary>True until files have been checked out in it; nobody can have worked in it before.</summary>
    public bool Fresh { get; init; }

    /// <summary>The commit it was left at when it was released.</summary>
    public string? Head { get; init; }

    /// <summary>Whose it is; of an idle slot, whose it was last, so that releasing twice is no error.</summary>
    public LeaseRecord? Lease { get; init; }

    /// <summary>Why it is preserved.</summary>
    public string? Why { get; init; }

    public IReadOnlyList<string> Paths { get; init; } = [];

    [JsonIgnore]
    public string Path => System.IO.Path.Combine(Root, Name);

    [JsonIgnore]
    public int Number => int.Parse(Name.AsSpan(Prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture);

    /// <summary>It names a slot and a place, and whose it is where it is somebody's. Members that a file lacks are null, whatever is said above.</summary>
    [JsonIgnore]
    public bool IsWhole =>
        IsName(Name) && System.IO.Path.IsPathFullyQualified(Root) && Enum.IsDefined(State) && (State != SlotState.Leased || Lease is not null)
        && GitFile is not null && Paths?.All(path => path is not null) == true;

    /// <summary>The slot as its <c>.git</c> file is to be where the git folder is here; a relative one (git 2.48) follows by itself.</summary>
    public SlotRecord In(string common)
    {
        const string Named = "gitdir: ";
        if (!GitFile.StartsWith(Named + '/', StringComparison.Ordinal))
            return this;
        var here = $"{Named}{System.IO.Path.Combine(common, "worktrees", System.IO.Path.GetFileName(GitFile.TrimEnd('\n')))}\n";
        return here == GitFile ? this : this with { GitFile = here };
    }

    public SlotLease ToLease() =>
        new(Name, Path, Lease!.Branch, Lease.Base, Lease.Owner, Lease.At, PortBlock.Of(Number));

    public SlotRecord Preserved(string why, IReadOnlyList<string> paths) => this with { State = SlotState.Preserved, Why = why, Paths = paths };

    /// <summary>True for <c>wt-</c> and a number: what a record may name, since removal builds paths from it.</summary>
    public static bool IsName(string name) =>
        name.StartsWith(Prefix, StringComparison.Ordinal)
        && int.TryParse(name.AsSpan(Prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && number is > 0 and <= MaxNumber;

    /// <summary>Ports of higher numbers would reach 32768 (<see cref="PortBlock"/>).</summary>
    public const int MaxNumber = 600;
}

/// <summary>A lease as it is kept.</summary>
/// <param name="Branch">Short branch name.</param>
/// <param name="Base">Commit the branch started from.</param>
/// <param name="Owner">Whose it is.</param>
/// <param name="At">When it was given.</param>
/// <param name="Ready">True when the tree has been brought to the branch; from then on what is in it is the owner's work.</param>
/// <param name="Again">While a lost folder is being made again: the commit to make it at, unless the branch is further on.</param>
internal sealed record LeaseRecord(string Branch, string Base, LeaseOwner Owner, DateTimeOffset At, bool Ready, string? Again = null);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UseStringEnumConverter = true,
    WriteIndented = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(PoolRecord))]
internal sealed partial class PoolJson : JsonSerializerContext;
