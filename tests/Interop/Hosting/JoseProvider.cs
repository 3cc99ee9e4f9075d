using System.Text.Json.Nodes;

namespace Curfew.Interop.Tests.Hosting;

/// <summary>An OpenID provider by the npm library jose, in a process of its own.</summary>
internal sealed class JoseProvider : IAsyncDisposable
{
    private readonly NodeProcess _node = NodeProcess.Start("provider.mjs");

    private JoseProvider()
    {
    }

    public string Url { get; private set; } = "";

    public static async Task<JoseProvider> StartAsync()
    {
        var provider = new JoseProvider();
        provider.Url = (string)(await provider._node.AskAsync(new JsonObject { ["verb"] = "url" }))["answer"]!;
        return provider;
    }

    /// <param name="lifetime">In seconds; null: without <c>exp</c>.</param>
    public async Task<string> MintAsync(string alg, string? typ, JsonObject claims, int? lifetime = 600) =>
        (string)(await _node.AskAsync(new JsonObject
        {
            ["verb"] = "mint",
            ["alg"] = alg,
            ["typ"] = typ,
            ["claims"] = claims,
            ["lifetime"] = lifetime,
        }))["answer"]!;

    /// <summary>New key material under the same name.</summary>
    public Task ReplaceAsync(string alg) => _node.AskAsync(new JsonObject { ["verb"] = "replace", ["alg"] = alg });

    public ValueTask DisposeAsync() => _node.DisposeAsync();
}
