using Tutti.Core.Session;
using Tutti.Core.Views;
using Tutti.Terminal;

namespace Tutti.Commands;

/// <summary>The screens of <c>tutti status</c> for standard output. Apart from the command, so that JSON loads nothing that draws.</summary>
internal static class StatusText
{
    public static string Of(StatusKind kind, SessionState state, LiveInfo live) => Of(kind, state, live, TerminalFacts.OfStdout());

    public static string Of(StatusKind kind, SessionState state, LiveInfo live, TerminalFacts facts) => kind switch
    {
        StatusKind.Summary => Screen.Text(StatusScreens.Summary(StatusView.From(state, live), facts), facts),
        StatusKind.Detailed => Screen.Text(StatusScreens.Detailed(StatusView.From(state, live), facts), facts),
        StatusKind.Resources => Screen.Text(StatusScreens.Resources(StatusView.From(state, live), facts), facts),
        StatusKind.Issues => Screen.Text(StatusScreens.Issues(IssuesView.From(state, live), facts), facts),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };
}
