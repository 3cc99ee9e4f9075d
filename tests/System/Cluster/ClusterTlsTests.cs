using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Curfew.System.Tests.Documented;
using Curfew.System.Tests.Processes;
using Curfew.Testing;

namespace Curfew.System.Tests.Cluster;

/// <summary>
/// Silos and API nodes that show one another certificates, and strangers who can reach their ports.
/// </summary>
public sealed class ClusterTlsTests(ClusterTlsTests.Fixture fixture) : IClassFixture<ClusterTlsTests.Fixture>
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task Logout_OverTls_IsRefusedByTheOtherNode() => await AssertLogoutsHoldAsync("tls");

    [Fact]
    public async Task Strangers_AtASilosPorts_AreHungUpOn()
    {
        using var others = new ClusterAuthority(fixture.Authority.Name);
        foreach (var port in (int[])[fixture.Cluster.Silos[0].SiloPort, fixture.Cluster.Silos[0].GatewayPort])
        {
            await AssertHungUpOnAsync(port, "no certificate", null);
            await AssertHungUpOnAsync(port, "another authority's certificate, of the same name", others.Issue());
            await AssertHungUpOnAsync(port, "a certificate that has ended", fixture.Authority.Issue(hours: -1));
            await AssertHungUpOnAsync(port, "a certificate that is for servers", fixture.Authority.Issue(uses: ClusterAuthority.Server));

            // The same attempt with a certificate that is taken: the port stays open for what is said next.
            Assert.False(await IsHungUpOnAsync(port, fixture.Authority.Issue(), TimeSpan.FromSeconds(3)));
        }

        // As the page says.
        Assert.Contains("warn: Orleans.Connections.Security", fixture.Cluster.Silos[0].Process.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ApiNodes_OfAnotherAuthorityOrNone_NeverReachAGrain()
    {
        using var others = new ClusterAuthority(fixture.Authority.Name);
        var plain = fixture.Cluster.Settings;

        // One whom the silos refuse, though it would take them; and one whom they take, which refuses them. Each side looks by itself.
        var refused = others.Write(fixture.Certificates, "refused", others.Issue(), fixture.Authority, fixture.Next, others);
        var refusing = fixture.CallersAuthority.Write(fixture.Certificates, "refusing", fixture.CallersAuthority.Issue());
        foreach (var settings in ((string, string)[][])[plain, [.. plain, .. refused], [.. plain, .. refusing]])
        {
            await using var stranger = ApiProcess.Launch(fixture.Cluster.DataDirectory, settings);
            await stranger.Process.UntilAsync(async () => await stranger.StatusAsync("/health/live") == HttpStatusCode.OK, "/health/live");
            var token = await fixture.Cluster.Apis[0].TokenAsync("stranger");
            for (var attempt = 0; attempt < 4; attempt++)
                Assert.Equal(HttpStatusCode.ServiceUnavailable, await stranger.StatusAsync("/me", token));
            using var logout = await stranger.SendAsync(HttpMethod.Post, "/logout", token);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, logout.StatusCode);
            Assert.Equal(HttpStatusCode.OK, await fixture.Cluster.Apis[1].KnownStatusAsync("/me", token));
        }

        // The same with a certificate of those who only call, and the silos' authority beside its own.
        await using var caller = ApiProcess.Launch(
            fixture.Cluster.DataDirectory,
            [.. plain, .. fixture.CallersAuthority.Write(
                fixture.Certificates, "caller", fixture.CallersAuthority.Issue(uses: ClusterAuthority.Client), fixture.Authority, fixture.Next,
                fixture.CallersAuthority)]);
        await caller.Process.UntilAsync(async () => await caller.StatusAsync("/health/ready") == HttpStatusCode.OK, "/health/ready");
    }

    [Fact]
    public async Task ASilo_WhoseCertificateIsNotForServers_DoesNotStart()
    {
        var settings = fixture.Authority.Write(fixture.Certificates, "called", fixture.Authority.Issue(uses: ClusterAuthority.Client));
        var silo = fixture.Cluster.LaunchSilo(settings);
        Assert.NotEqual(0, await silo.Process.ExitAsync());
        Assert.Contains("TlsCertificateFile will be refused by the others as a silo's", silo.Process.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ARenewedCertificate_NeedsNoRestart()
    {
        // Half of it: everybody goes on with what they have.
        var issued = fixture.Next.Issue(uses: [ClusterAuthority.Client, ClusterAuthority.Server]);
        await File.WriteAllTextAsync(fixture.File("silo.key"), issued.Key);
        Assert.False(await IsHungUpOnAsync(fixture.Cluster.Silos[0].GatewayPort, fixture.Authority.Issue(), TimeSpan.FromSeconds(3)));
        Assert.Contains("can't be used", fixture.Cluster.Silos[0].Process.Output, StringComparison.Ordinal);

        // One that nobody would take.
        var ended = fixture.Authority.Issue(hours: -1, uses: [ClusterAuthority.Client, ClusterAuthority.Server]);
        await File.WriteAllTextAsync(fixture.File("silo.crt"), ended.Certificate);
        await File.WriteAllTextAsync(fixture.File("silo.key"), ended.Key);
        Assert.False(await IsHungUpOnAsync(fixture.Cluster.Silos[0].GatewayPort, fixture.Authority.Issue(), TimeSpan.FromSeconds(3)));
        Assert.Contains("it will be refused by the others", fixture.Cluster.Silos[0].Process.Output, StringComparison.Ordinal);

        // All of it. A silo that takes the next authority only would hang up on all who still show the former one.
        foreach (var part in (string[])["silo", "api"])
        {
            await File.WriteAllTextAsync(fixture.File($"{part}.crt"), issued.Certificate);
            await File.WriteAllTextAsync(fixture.File($"{part}.key"), issued.Key);
        }

        await File.AppendAllTextAsync(fixture.File("authority.crt"), fixture.Next.Pem);
        var silo = fixture.Cluster.LaunchSilo(fixture.Next.Write(fixture.Certificates, "next", fixture.Next.Issue()));
        await silo.ReadyAsync();
        await silo.Process.UntilAsync(async () => await fixture.Cluster.ActiveSilosAsync() == 3, "three active silos");
        await AssertLogoutsHoldAsync("renewed");
        Assert.Contains("was renewed", fixture.Cluster.Silos[0].Process.Output, StringComparison.Ordinal);
    }

    private async Task AssertLogoutsHoldAsync(string name)
    {
        for (var i = 0; i < 20; i++)
        {
            var (here, there) = (fixture.Cluster.Apis[i % 2], fixture.Cluster.Apis[1 - (i % 2)]);
            var token = await here.TokenAsync($"{name}-{i}");
            Assert.Equal(HttpStatusCode.OK, await there.KnownStatusAsync("/me", token));
            await here.LogOutAsync(token);
            Assert.Equal(HttpStatusCode.Unauthorized, await there.KnownStatusAsync("/me", token));
        }
    }

    private static async Task AssertHungUpOnAsync(int port, string who, (string Certificate, string Key)? certificate) =>
        Assert.True(await IsHungUpOnAsync(port, certificate, Patience), $"{who} at {port}");

    // With TLS 1.3 a client is done before the server has looked at its certificate: what is read then tells.
    private static async Task<bool> IsHungUpOnAsync(int port, (string Certificate, string Key)? certificate, TimeSpan patience)
    {
        using var own = certificate is { } pem ? X509Certificate2.CreateFromPem(pem.Certificate, pem.Key) : null;
        using var limit = new CancellationTokenSource(patience, TimeProvider.System);
        using var connection = new TcpClient();
        await connection.ConnectAsync(IPAddress.Loopback, port, limit.Token);
        try
        {
            await using var tls = new SslStream(connection.GetStream());
            await tls.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions
                {
                    ApplicationProtocols = [new SslApplicationProtocol("Orleans1")],
                    ClientCertificateContext = own is null ? null : SslStreamCertificateContext.Create(own, null, offline: true),
                    RemoteCertificateValidationCallback = (_, shown, _, _) => shown is not null,
                },
                limit.Token);
            return await tls.ReadAsync(new byte[1], limit.Token) == 0;
        }
        catch (Exception e) when (e is IOException or AuthenticationException)
        {
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    public sealed class Fixture : IAsyncLifetime, IDisposable
    {
        private readonly TemporaryDirectory _directory = new();

        // As docs/cluster.md makes it.
        internal ClusterAuthority Authority { get; private set; } = null!;

        // Of the same name, as when an operator renews it.
        internal ClusterAuthority Next { get; private set; } = null!;

        // The silos take its certificates, too.
        internal ClusterAuthority CallersAuthority { get; } = new("callers");

        internal CurfewCluster Cluster { get; } = CurfewCluster.Create();

        internal string Certificates => _directory.Path;

        internal string File(string name) => Path.Combine(Certificates, name);

        public async Task InitializeAsync()
        {
            await DocumentedShell.RunAsync(DocumentedShell.Read("docs/cluster.md", "new=\"openssl"), Certificates);
            Authority = new ClusterAuthority(File("authority.crt"), File("authority.key"));
            Next = new ClusterAuthority(Authority.Name);
            await global::System.IO.File.AppendAllTextAsync(File("authority.crt"), CallersAuthority.Pem + "\n");
            await Cluster.Redis.StartAsync();
            await Cluster.InitializeAsync();
            for (var i = 0; i < 2; i++)
            {
                Cluster.LaunchSilo(ClusterAuthority.Settings(File("silo"), File("authority.crt")));
                Cluster.LaunchApi(ClusterAuthority.Settings(File("api"), File("authority.crt")));
            }

            await Cluster.ReadyAsync();
        }

        public async Task DisposeAsync()
        {
            await Cluster.DisposeAsync();
            Dispose();
        }

        public void Dispose()
        {
            Authority?.Dispose();
            Next?.Dispose();
            CallersAuthority.Dispose();
            if (Directory.Exists(Certificates))
                _directory.Dispose();
        }
    }
}
