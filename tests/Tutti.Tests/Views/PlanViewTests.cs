using System.Text.Json;
using Tutti.Core;
using Tutti.Core.Plan;
using Tutti.Core.Views;

namespace Tutti.Tests.Views;

public sealed class PlanViewTests
{
    internal static PlanView Of(PlanSpec plan, Settings? settings = null)
    {
        var with = settings ?? new Settings();
        var decision = ExecutionMode.Decide(plan, TaskGraph.Build(plan.Tasks), with, new HostResources(64L << 30, 64L << 30, 0, 8));
        return PlanView.From(plan, with, decision);
    }

    [Fact]
    public void Groups_say_who_could_start_now()
    {
        var view = Of(SessionScript.Plan("a", "b", "c", "d<a,b"));
        Assert.Equal(("parallel", 4, 2), (view.Mode, view.TaskCount, view.Groups.Count));
        Assert.Equal(["d"], view.Groups.SelectMany(g => g.Tasks).Where(t => !t.CouldStart).Select(t => t.Id));
        Assert.Equal(["a", "b"], view.Groups[1].Tasks[0].DependsOn);
        Assert.All(view.Groups.SelectMany(g => g.Tasks), t => Assert.Equal("shell", t.Agent));
    }

    [Fact]
    public void Json_names_are_snake_case_and_its_words_are_lower_case()
    {
        var json = JsonSerializer.Serialize(Of(SessionScript.Plan("a")), ViewJson.Default.PlanView);
        Assert.Contains("\"mode_reason\":", json, StringComparison.Ordinal);
        Assert.Contains("\"could_start\": true", json, StringComparison.Ordinal);
        Assert.Contains("\"priority\": \"medium\"", json, StringComparison.Ordinal);
    }
}
