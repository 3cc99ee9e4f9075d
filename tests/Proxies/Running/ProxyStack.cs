namespace Curfew.Proxies.Tests.Running;

/// <summary>One Curfew and one app for all proxies, whose tests run one after the other.</summary>
public sealed class ProxyStack : IAsyncLifetime
{
    public const string Name = "proxies";

    public CurfewNode Curfew { get; } = new();

    public EchoApp App { get; } = new();

    public async Task InitializeAsync()
    {
        if (ProxyFactAttribute.Missing() is not null)
            return;
        await App.StartAsync();
        await Curfew.StartAsync();
    }

    public async Task DisposeAsync()
    {
        await Curfew.DisposeAsync();
        await App.DisposeAsync();
    }
}

[CollectionDefinition(ProxyStack.Name)]
public sealed class ProxyCollection : ICollectionFixture<ProxyStack>;
