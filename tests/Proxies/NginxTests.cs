using Curfew.Proxies.Tests.Running;

namespace Curfew.Proxies.Tests;

public sealed class NginxTests(ProxyStack stack) : ForwardAuthTests(stack)
{
    protected override int StatusWhenGone => 503;

    protected override Task<RunningProxy> StartProxyAsync(int curfew, int app) => RunningProxy.StartNginxAsync(curfew, app);
}
