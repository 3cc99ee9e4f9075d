namespace Curfew.Proxies.Tests.Running;

/// <inheritdoc cref="ProxyFactAttribute"/>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ProxyTheoryAttribute : TheoryAttribute
{
    public ProxyTheoryAttribute() => Skip = ProxyFactAttribute.Missing();
}
