namespace Tutti.Core;

/// <summary>
/// Codes that more than one place has to spell alike; docs/ERRORS.md has them all, with what each means. What goes wrong with an attempt
/// has its names in <see cref="Session.AgentFailure"/>.
/// </summary>
public static class FailureCode
{
    /// <summary>The verify commands fail without anybody's change.</summary>
    public const string BaseRed = "base_red";

    /// <summary>A branch of this name holds work that is not the task's.</summary>
    public const string BranchExists = "branch_exists";

    /// <summary>A task's branch is checked out in another worktree than its slot.</summary>
    public const string BranchInUse = "branch_in_use";

    /// <summary>Git's configuration names a program that is not installed.</summary>
    public const string GitProgramMissing = "git_program_missing";

    /// <summary>A journal does not say what was written to it.</summary>
    public const string JournalDamaged = "journal_damaged";

    /// <summary>Something about a task's work asks for a person before it lands.</summary>
    public const string LookBeforeLanding = "look_before_landing";

    /// <summary>Git does not know who commits.</summary>
    public const string NoIdentity = "no_identity";

    /// <summary>A folder is in no git repository.</summary>
    public const string NotARepository = "not_a_repository";

    /// <summary>All slots are leased. A landing waits for one instead of giving up.</summary>
    public const string PoolExhausted = "pool_exhausted";

    /// <summary>The system does not start a program: not there, or not executable.</summary>
    public const string ProgramNotStarted = "program_not_started";

    /// <summary>A prompt lacks something that the agent must be told.</summary>
    public const string PromptTemplateInvalid = "prompt_template_invalid";

    /// <summary>A repository belongs to another user, and git refuses to work in it.</summary>
    public const string RepositoryNotOwned = "repository_not_owned";

    /// <summary>The sandbox that the settings ask for could not be built.</summary>
    public const string SandboxFailed = "sandbox_failed";

    /// <summary>There is no session of this id, or none at all.</summary>
    public const string SessionUnknown = "session_unknown";

    /// <summary>Git could not sign a commit.</summary>
    public const string SigningFailed = "signing_failed";

    /// <summary>A slot is in a state in which git does not work.</summary>
    public const string SlotBroken = "slot_broken";

    /// <summary>A slot is no checkout any more.</summary>
    public const string SlotMissing = "slot_missing";

    /// <summary>A person took back what a session had landed.</summary>
    public const string Undone = "undone";

    /// <summary>Two sides of a merge have no commit in common.</summary>
    public const string UnrelatedHistories = "unrelated_histories";
}
