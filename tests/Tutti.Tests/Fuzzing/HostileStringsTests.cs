using System.Text.Json;
using System.Text.RegularExpressions;
using Tutti.Core.Views;
using Tutti.Engine.Documents;
using Tutti.Engine.Git;
using Tutti.Engine.Processes;
using Tutti.Terminal;
using Tutti.Tests.Views;

namespace Tutti.Tests.Fuzzing;

public partial class HostileStringsTests
{
    [Fact]
    public void Branches_are_names_that_git_takes_and_no_two_are_the_same()
    {
        var taken = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var text in HostileStrings.Texts)
        {
            var branch = BranchName.For("feature/{id}-{title}", text.Length == 0 ? "x" : text, text, "2026-01-01-001", BranchName.TakenBy(taken));
            Assert.Matches("^[a-z0-9/-]{1,240}$", branch);
            Assert.DoesNotContain("//", branch);
            Assert.True(taken.Add(branch), $"{branch} is there twice");
        }
    }

    [Fact]
    public void Folders_of_attempts_are_one_plain_segment_and_no_two_are_the_same()
    {
        var taken = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var text in HostileStrings.Texts.Where(t => t.Length > 0).Distinct(StringComparer.Ordinal))
        {
            var path = AttemptFolder.Of("/session", text, 1, "develop").Path;
            Assert.Matches("^/session/attempts/[a-z0-9._~-]{1,100}/01-develop$", path);
            Assert.DoesNotContain("/../", path);
            Assert.True(taken.Add(path), $"{path} is there twice");
        }
    }

    [Fact]
    public void What_is_printed_is_one_line_without_anything_that_moves_hides_or_turns()
    {
        foreach (var text in HostileStrings.Texts)
        {
            var line = Printable.Line(text);
            Assert.DoesNotContain(line, c => char.IsControl(c) || c is '\u202e' or '\u2066' or '\u2069' or '\u200b' or '\ufeff' or '\u2028');
            Assert.InRange(Printable.Width(Printable.Cut(line, 40, "…")), 0, 40);
            Assert.DoesNotContain(DocumentFailure.Shown(text), char.IsControl);
        }
    }

    [Fact]
    public void Reports_hold_every_title_and_none_of_them_as_markup()
    {
        var plan = SessionScript.Plan("a");
        foreach (var text in HostileStrings.Texts.Where(t => t.Length < 1_000))
        {
            var script = new SessionScript(plan with { Tasks = [plan.Tasks[0] with { Title = text, Description = text }] });
            var report = ReportView.From(script.State, script.Live);
            var html = ReportWriter.Html(report);
            Assert.DoesNotContain("<script>alert", html);
            Assert.DoesNotContain("<img", html);
            Assert.DoesNotContain(ReportWriter.Markdown(report).Split('\n'), line => line.StartsWith("# forged", StringComparison.Ordinal));
            Assert.DoesNotContain("<script>", ReportWriter.Markdown(report));
            Assert.DoesNotContain("](javascript:", ReportWriter.Markdown(report).Replace("\\]\\(", "", StringComparison.Ordinal).Replace("\\](", "", StringComparison.Ordinal));
            Assert.DoesNotContain(ReportWriter.Text(report, Terminal.Terminals.Of(100)), c => char.IsControl(c) && c != '\n');
            JsonDocument.Parse(ReportWriter.Json(report)).Dispose();
            Assert.DoesNotContain(ControlInMarkup().Matches(html), m => m.Success);
        }
    }

    [GeneratedRegex(@"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex ControlInMarkup();
}
