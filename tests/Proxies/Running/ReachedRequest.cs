namespace Curfew.Proxies.Tests.Running;

/// <summary>What the app behind the proxy saw of a request.</summary>
public sealed record ReachedRequest(
    string Method, IReadOnlyList<(string Name, string Value)> Headers, string BodySha256, string ConnectionId)
{
    /// <summary>All values that an app could take for this header: many take '_' for '-', none minds the case.</summary>
    public IEnumerable<string> Values(string name) =>
        Headers.Where(header => header.Name.Replace('_', '-').Equals(name, StringComparison.OrdinalIgnoreCase))
            .Select(header => header.Value);
}
