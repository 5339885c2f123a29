namespace Tutti.Core;

/// <summary>
/// What the command line says of a session, above every file; null where it says nothing. The journal keeps it among the settings, so that
/// whoever reads the files again later, a resume or a conductor in the background, still knows what stands above them.
/// </summary>
public sealed record Overrides
{
    /// <summary>Agents at once, <c>--max-agents</c>.</summary>
    public int? MaxAgents { get; init; }

    /// <summary>How strict reviewers are, <c>--review</c>.</summary>
    public ReviewMode? Review { get; init; }

    /// <summary>The profile whose values stand below the files', <c>--profile</c>.</summary>
    public string? Profile { get; init; }

    /// <summary>The pattern of branch names, <c>--branch</c>.</summary>
    public string? Branch { get; init; }

    /// <summary>Who does the work where no role says otherwise, <c>--agent</c>.</summary>
    public string? Agent { get; init; }

    /// <summary>The branch on which the work lands, <c>--target</c>.</summary>
    public string? Target { get; init; }

    /// <summary>How it lands, <c>--land</c>.</summary>
    public LandMode? Land { get; init; }

    /// <summary>Dollars of the whole session, <c>--budget-usd</c>.</summary>
    public decimal? Usd { get; init; }

    /// <summary>Tokens of the whole session, <c>--budget-tokens</c>.</summary>
    public long? Tokens { get; init; }

    /// <summary>What stands above the files of a session: what its command line said, or, where an older Tutti kept no word of that, what it could have said.</summary>
    public static Overrides Of(Settings session) => session.Overrides ?? new Overrides
    {
        MaxAgents = session.MaxAgents,
        Review = session.Review,
        Branch = session.Branch,
        Agent = session.Agent,
        Target = session.Target,
        Land = session.Land,
        Usd = session.Budget.Usd,
        Tokens = session.Budget.Tokens,
    };

    /// <summary>The settings of the files with this on top.</summary>
    public Settings Over(Settings files) => files with
    {
        MaxAgents = MaxAgents ?? files.MaxAgents,
        Review = Review ?? files.Review,
        Profile = Profile ?? files.Profile,
        Branch = Branch ?? files.Branch,
        Agent = Agent ?? files.Agent,
        Target = Target ?? files.Target,
        Land = Land ?? files.Land,
        Budget = files.Budget with { Usd = Usd ?? files.Budget.Usd, Tokens = Tokens ?? files.Budget.Tokens },
        Overrides = this,
    };
}
