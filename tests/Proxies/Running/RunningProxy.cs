using Curfew.Bench.Harness;

namespace Curfew.Proxies.Tests.Running;

/// <summary>A real proxy with a file of deploy/proxies, in a folder of its own.</summary>
public sealed class RunningProxy : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("curfew-proxy-");
    private ChildProcess? _process;

    private RunningProxy() => Port = Loopback.FreePort();

    public int Port { get; }

    public static Task<RunningProxy> StartNginxAsync(int curfew, int app) => StartAsync(proxy =>
    {
        proxy.Write("curfew.conf", DeployedFile.WithPorts(
            "nginx.conf", ("listen 80;", $"listen 127.0.0.1:{proxy.Port};"), curfew, app));

        // What Debian's nginx.conf has around conf.d/, in one process that is easily ended.
        var user = Environment.IsPrivilegedProcess ? "user root;" : "";
        var main = proxy.Write("nginx.conf", $$"""
            daemon off; master_process off; pid nginx.pid; error_log stderr; {{user}}
            events { worker_connections 512; }
            http {
                access_log off;
                client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi; scgi_temp_path scgi;
                include curfew.conf;
            }
            """);
        return ChildProcess.Start(Programs.Find("nginx")!, ["-p", proxy._folder.FullName, "-c", main]);
    });

    public static Task<RunningProxy> StartCaddyAsync(int curfew, int app) => StartAsync(proxy =>
    {
        var file = proxy.Write("Caddyfile", """
            {
            	admin off
            }

            """ + DeployedFile.WithPorts("Caddyfile", ("\n:80 {", $"\n:{proxy.Port} {{"), curfew, app));
        var home = new Dictionary<string, string>
        {
            ["HOME"] = proxy._folder.FullName,
            ["XDG_DATA_HOME"] = proxy._folder.FullName,
            ["XDG_CONFIG_HOME"] = proxy._folder.FullName,
        };
        return ChildProcess.Start(Programs.Find("caddy")!, ["run", "--config", file, "--adapter", "caddyfile"], home);
    });

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
            await _process.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private static async Task<RunningProxy> StartAsync(Func<RunningProxy, ChildProcess> start)
    {
        var proxy = new RunningProxy();
        proxy._process = start(proxy);
        await Loopback.ListeningAsync(proxy.Port, proxy._process);
        return proxy;
    }

    private string Write(string name, string text)
    {
        var path = Path.Combine(_folder.FullName, name);
        File.WriteAllText(path, text);
        return path;
    }
}
