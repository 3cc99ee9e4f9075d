using Curfew.Bench.Harness;
using Curfew.Bench.Load.Workload;

namespace Curfew.Bench.Load;

/// <summary>
/// An ASP.NET Core contender, served by this program in a process of its own: Release, what <c>dotnet new web</c> sets
/// (server GC), logs from Warning on.
/// </summary>
internal abstract class AspNetContender : Contender
{
    public override Task<RunningContender> StartAsync(IssuedTokens tokens, int port) => StartProcessAsync(tokens, port);

    /// <summary>Is the contender's process, until it is killed.</summary>
    public async Task ServeAsync(string[] arguments)
    {
        var builder = WebApplication.CreateBuilder(arguments);
        builder.Logging.ClearProviders().AddConsole().SetMinimumLevel(LogLevel.Warning);
        var keys = IssuerKeys.Read(builder.Configuration["tokens"]!);

        AddServices(builder, keys);
        await using var app = builder.Build();
        await MapAsync(app);
        await app.RunAsync();
    }

    protected abstract void AddServices(WebApplicationBuilder builder, IssuerKeys keys);

    protected abstract Task MapAsync(WebApplication app);

    /// <summary>Starts the process with further <paramref name="settings"/>, as <c>name=value</c>.</summary>
    /// <param name="servers">The servers that it needs: their CPU time counts, and they end with it.</param>
    protected async Task<RunningContender> StartProcessAsync(
        IssuedTokens tokens, int port, string[]? settings = null, params RedisServer[] servers)
    {
        var process = ChildProcess.Start(
            "dotnet",
            [
                typeof(AspNetContender).Assembly.Location,
                "serve",
                Name,
                $"--urls=http://127.0.0.1:{port}",
                $"--tokens={tokens.Folder}",
                .. (settings ?? []).Select(setting => "--" + setting),
            ]);
        await Loopback.ListeningAsync(port, process);
        ChildProcess[] processes = [process, .. servers.Select(server => server.Process)];
        return new RunningContender(port, processes, [process, .. servers]);
    }
}
