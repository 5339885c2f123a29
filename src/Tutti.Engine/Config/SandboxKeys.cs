using Tutti.Core;
using Tutti.Engine.Documents;

namespace Tutti.Engine.Config;

/// <summary>Reads <c>sandbox:</c>, for all agents or for one: a word, or a map that says more.</summary>
internal static class SandboxKeys
{
    private static readonly string[] Switch = ["on", "off"];

    private static readonly Schema<SandboxSettings> Keys = new(
        new("kind", (sandbox, node) => sandbox with { Kind = node.Choice<SandboxKind>() }),
        new("network", (sandbox, node) => sandbox with { Network = node is Scalar { Text: "true" or "false" } ? node.Flag() : node.OneOf(Switch) == "on" }),
        Key.Many<SandboxSettings>("write", (sandbox, node) => sandbox with { Write = Paths(node) }),
        Key.Many<SandboxSettings>("hide", (sandbox, node) => sandbox with { Hide = Paths(node) }));

    /// <summary><c>bwrap</c>, or <c>{kind: bwrap, network: off, write: ["~/.cache/npm"], hide: ["~/private"]}</c>.</summary>
    public static SandboxSettings Read(Node node) => node is Scalar ? new SandboxSettings(node.Choice<SandboxKind>()) : Keys.Read(node, new SandboxSettings(SandboxKind.Bwrap));

    private static IReadOnlyList<string> Paths(Node node)
    {
        foreach (var item in node.Items().Where(item => item.Text() is var path && !(path.StartsWith('/') || path.StartsWith("~/", StringComparison.Ordinal))))
            throw FailureException.Input("path_relative", $"'{DocumentFailure.Shown(item.Text())}' must begin with '/' or '~/', in {item.Place}");
        return [.. node.Items().Select(NodeValues.Text)];
    }
}
