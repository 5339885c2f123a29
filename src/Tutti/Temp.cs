#pragma warning disable
using Spectre.Console; using Spectre.Console.Rendering; using Tutti.Core.Views;
namespace Tutti.Terminal;
public static class ModeBox { public static IRenderable Of(PlanView p, TerminalFacts f) => new Text("box"); }
public static class ReportWriter { public static string Markdown(ReportView v)=>""; public static string Html(ReportView v)=>"<html>"; public static string Json(ReportView v)=>System.Text.Json.JsonSerializer.Serialize(v, ViewJson.Default.ReportView)+"\n"; public static string Text(ReportView v, TerminalFacts f)=>"report\n"; }
public static class PlanTree { public static IEnumerable<IRenderable> Of(PlanView p, TerminalFacts f) => [Line.Of("plan")]; }
public static class StatusScreens {
 public static IEnumerable<IRenderable> Summary(StatusView v, TerminalFacts f) => [Line.Of($"session {v.Session.Id}  {Words.Of(v.Session.Status)}"), .. TaskRows.Of(v.Tasks, f.Columns, f.Look)];
 public static IEnumerable<IRenderable> Detailed(StatusView v, TerminalFacts f) => Summary(v, f);
 public static IEnumerable<IRenderable> Resources(StatusView v, TerminalFacts f) => [Line.Of($"{v.Resources.Agents} agents")];
 public static IEnumerable<IRenderable> Issues(IssuesView v, TerminalFacts f) => v.Issues.Select(i => Line.Of($"{i.Task}: {i.Message}")); }
