#pragma warning disable
using Spectre.Console; using Spectre.Console.Rendering; using Tutti.Core.Views;
namespace Tutti.Terminal;
public static class ModeBox { public static IRenderable Of(PlanView p, TerminalFacts f) => new Text("box"); }
public static class ReportWriter { public static string Markdown(ReportView v)=>""; public static string Json(ReportView v)=>""; public static string Text(ReportView v, TerminalFacts f)=>"report\n"; }
