using Curfew.Grains;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Curfew.Bench.Micro;

/// <summary>A silo in this process over a real SQLite file, on the disk of the working directory.</summary>
internal sealed class EmbeddedHost : IAsyncDisposable
{
    private readonly IHost _host;

    private EmbeddedHost(IHost host, string folder)
    {
        _host = host;
        Folder = folder;
    }

    public string Folder { get; }

    public IServiceProvider Services => _host.Services;

    public Revocations Revocations => _host.Services.GetRequiredService<Revocations>();

    public static async Task<EmbeddedHost> StartAsync(
        Consistency consistency, Action<IServiceCollection>? configure = null)
    {
        // Not the temporary folder, which may be memory.
        var folder = Path.Combine(Directory.GetCurrentDirectory(), "artifacts", $"bench-{Guid.NewGuid():N}");
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.AddCurfewEmbedded(folder, consistency: consistency);
        configure?.Invoke(builder.Services);
        var host = builder.Build();
        await host.StartAsync();
        return new EmbeddedHost(host, folder);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
        Directory.Delete(Folder, recursive: true);
    }
}
