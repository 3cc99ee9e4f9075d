using Curfew.Proxies.Tests.Running;

namespace Curfew.Proxies.Tests;

public sealed class CaddyTests(ProxyStack stack) : ForwardAuthTests(stack)
{
    protected override int StatusWhenGone => 502;

    protected override Task<RunningProxy> StartProxyAsync(int curfew, int app) => RunningProxy.StartCaddyAsync(curfew, app);
}
