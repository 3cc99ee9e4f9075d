namespace Curfew.Proxies.Tests.Running;

/// <summary>Skipped, and says so, where nginx or Caddy is not installed.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ProxyFactAttribute : FactAttribute
{
    public ProxyFactAttribute() => Skip = Missing();

    internal static string? Missing()
    {
        var missing = new[] { "nginx", "caddy" }.Where(name => Programs.Find(name) is null).ToList();
        return missing.Count == 0 ? null : $"Not installed: {string.Join(", ", missing)} (test.sh installs them).";
    }
}
