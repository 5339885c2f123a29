using Tutti.Core;
using Tutti.Engine.Documents;

namespace Tutti.Engine.Git;

/// <summary>What is said where git answers in a shape nobody knows: a newer git, a damaged repository, a program that calls itself git.</summary>
internal static class GitAnswer
{
    /// <summary>The failure that shows what could not be read.</summary>
    /// <param name="command">What git was asked, for example <c>status</c>.</param>
    /// <param name="record">The part of its answer.</param>
    public static FailureException Unreadable(string command, string record) => new(new Failure(
        FailureCategory.Git,
        "git_answer_unreadable",
        $"git {command} answered what cannot be understood: '{DocumentFailure.Shown(record)}'",
        "see which git it is with 'git --version'; 2.38 or newer is needed"));
}
