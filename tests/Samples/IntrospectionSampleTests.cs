using System.Security.Cryptography;
using System.Text;
using Curfew.Bench.Harness;
using Curfew.Samples.Tests.Running;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Sample.Introspection;

namespace Curfew.Samples.Tests;

/// <summary>samples/Introspection, asking the real service over HTTP.</summary>
public sealed class IntrospectionSampleTests : IAsyncLifetime
{
    private const string Secret = "a secret that only the tests know: +/=&%";

    private readonly Issuer _issuer = new();
    private readonly FakeTimeProvider _time = new();
    private RunningProject _curfew = null!;

    public async Task InitializeAsync()
    {
        _curfew = await RunningProject.StartAsync(
            "src/Api", "Curfew.Api", _issuer.Settings,
            [
                ("Curfew__Clients__0__ClientId", "orders-api"),
                ("Curfew__Clients__0__SecretSha256", Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(Secret)))),
                ("Authentication__Schemes__Bearer__ValidAudiences__0", "others"),
            ]);
        _time.SetUtcNow(TimeProvider.System.GetUtcNow());
    }

    public async Task DisposeAsync() => await _curfew.DisposeAsync();

    // Red when Active is not looked at, or with a default MaxStaleness of a minute.
    [Fact]
    public async Task A_logout_holds_from_the_next_request()
    {
        using var app = App();
        var client = app.CreateClient();
        var token = _issuer.Token("alice");
        using (var orders = await client.SendWithAsync(HttpMethod.Get, "/orders", token))
            Assert.Equal("Orders of alice", await orders.Content.ReadAsStringAsync());

        await _curfew.Client.LogOutAsync(token);

        await client.AssertStatusAsync(401, "/orders", token);
        await client.AssertStatusAsync(200, "/orders", _issuer.Token("alice"));
    }

    // Another audience's is active at Curfew, which is no permission here: red without IsFor.
    [Fact]
    public async Task Other_tokens_are_refused()
    {
        using var app = App();
        var client = app.CreateClient();
        await client.AssertStatusAsync(401, "/orders", null);
        await client.AssertStatusAsync(401, "/orders", "no.jwt.atall");
        await client.AssertStatusAsync(401, "/orders", new Issuer().Token("alice"));
        await client.AssertStatusAsync(401, "/orders", _issuer.Token("alice", audience: "others"));
    }

    [Fact]
    public async Task An_answer_is_used_again_as_long_as_was_allowed()
    {
        using var app = App(("Curfew:MaxStaleness", "00:00:30"));
        var client = app.CreateClient();
        var token = _issuer.Token("alice");
        await client.AssertStatusAsync(200, "/orders", token);
        await _curfew.Client.LogOutAsync(token);

        _time.Advance(TimeSpan.FromSeconds(29));
        await client.AssertStatusAsync(200, "/orders", token);

        _time.Advance(TimeSpan.FromSeconds(1));
        await client.AssertStatusAsync(401, "/orders", token);
    }

    // Red without the check of exp: the answer would be used for an hour.
    [Fact]
    public async Task An_answer_is_never_used_past_the_tokens_end()
    {
        using var app = App(("Curfew:MaxStaleness", "01:00:00"));
        var client = app.CreateClient();
        var token = _issuer.Token("alice", lifetimeSeconds: 60);
        await client.AssertStatusAsync(200, "/orders", token);

        _time.SetUtcNow(TimeProvider.System.GetUtcNow().AddSeconds(61));

        await client.AssertStatusAsync(401, "/orders", token);
    }

    [Fact]
    public async Task Without_an_answer_it_is_503()
    {
        using var app = App();
        var client = app.CreateClient();
        var token = _issuer.Token("alice");
        await client.AssertStatusAsync(200, "/orders", token);

        await _curfew.KillAsync();

        await client.AssertStatusAsync(503, "/orders", token);
    }

    [Fact]
    public async Task A_client_that_curfew_doesnt_know_is_503_and_lets_nobody_in()
    {
        using var app = App(("Curfew:ClientSecret", "wrong"));
        await app.CreateClient().AssertStatusAsync(503, "/orders", _issuer.Token("alice"));
    }

    [Fact]
    public async Task Without_a_secret_it_doesnt_start()
    {
        await using var app = ChildProcess.Start(
            "dotnet",
            [
                Repository.Built("samples/Introspection", "Sample.Introspection"),
                "--contentRoot", Path.Combine(Repository.Root, "samples", "Introspection"), "--urls", "http://127.0.0.1:0",
            ]);
        await app.ExitedAsync(CancellationToken.None);
        Assert.Contains("ClientSecret", app.Output, StringComparison.Ordinal);
    }

    private WebApplicationFactory<CurfewOptions> App(params (string Name, string Value)[] settings) =>
        new WebApplicationFactory<CurfewOptions>().WithWebHostBuilder(builder =>
        {
            builder.UseSetting("Curfew:Url", _curfew.Url.ToString());
            builder.UseSetting("Curfew:ClientSecret", Secret);
            foreach (var (name, value) in settings)
                builder.UseSetting(name, value);
            builder.ConfigureTestServices(services => services.AddSingleton<TimeProvider>(_time));
        });
}
