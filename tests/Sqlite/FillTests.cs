using Curfew.Grains;
using Curfew.Sqlite.Hosting;
using Curfew.Sqlite.Tests.Support;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;
using Orleans.TestingHost;

namespace Curfew.Sqlite.Tests;

/// <summary>A start over so many facts that it doesn't wait for all of them (guarantees G1, G2, G5).</summary>
public sealed class FillTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly TemporaryDirectory _directory = new();
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 1, 1, 12, 0, 0, TimeSpan.Zero));

    // Each of the fill's threads, which are its own, waits for it at the first user that it reads.
    private readonly ManualResetEventSlim _goOn = new();
    private readonly TokenIdentity[] _before, _meanwhile;

    public FillTests()
    {
        _before = [Token("alice"), Token("bob")];
        _meanwhile = [Token("carol"), Token("alice")];
    }

    // Red when memory answers from the start; and when it is told of what is revoked only once it is filled.
    [Fact]
    public async Task While_memory_is_filled_grains_answer_and_no_revocation_is_missed()
    {
        await RevokeBeforeAsync();
        using var host = await StartWhileFillingAsync();
        var memory = host.Services.GetRequiredService<ProcessFacts>();
        var revocations = host.Services.GetRequiredService<Revocations>();
        Assert.False(revocations.TryCheck(_before[0], out _));
        Assert.Null(memory.Live);
        await AssertRevokedAsync(revocations, _before);
        Assert.Equal(Verdict.Valid, await revocations.CheckAsync(Token("dave")));
        foreach (var token in _meanwhile)
            await revocations.LogOutAsync(token, LogoutScope.Token);
        await AssertRevokedAsync(revocations, _meanwhile);

        _goOn.Set();
        await UntilAsync(() => memory.Live is not null);
        Assert.Equal(4, memory.Live);
        foreach (var token in (TokenIdentity[])[.. _before, .. _meanwhile])
            Assert.True(revocations.TryCheck(token, out var verdict) && verdict == Verdict.TokenRevoked);
        Assert.True(revocations.TryCheck(Token("dave"), out var other) && other == Verdict.Valid);
        await host.StopAsync();
    }

    // Red when the failure is only logged: the service goes on, for ever without its memory.
    [Fact]
    public async Task State_that_can_not_be_read_ends_a_service_that_has_started()
    {
        await RevokeBeforeAsync();
        using (var connection = new SqliteConnection($"Data Source={_directory["curfew.db"]};Pooling=false"))
        {
            connection.Open();
            using var spoil = connection.CreateCommand();
            spoil.CommandText = "UPDATE states SET data = x'7b22' WHERE grain_id LIKE '%bob'";
            Assert.Equal(1, spoil.ExecuteNonQuery());
        }

        using var host = await StartWhileFillingAsync();
        var revocations = host.Services.GetRequiredService<Revocations>();
        await Assert.ThrowsAsync<RevocationUnavailableException>(() => revocations.CheckAsync(_before[1]).AsTask());
        var stopping = new TaskCompletionSource();
        host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.Register(stopping.SetResult);

        _goOn.Set();
        await stopping.Task.WaitAsync(Patience);
        Assert.Equal(1, Environment.ExitCode);
        Environment.ExitCode = 0;
        await host.StopAsync();
    }

    // Red when a stop leaves the fill alone, which reads on while the database is closed.
    [Fact]
    public async Task Stopped_while_filling_ends_in_order()
    {
        await RevokeBeforeAsync();
        using var host = await StartWhileFillingAsync();
        var filler = host.Services.GetServices<IHostedService>().OfType<ProcessFactsFiller>().Single();
        var stopped = host.StopAsync();
        await UntilAsync(() => filler.IsStopping);
        _goOn.Set();
        await stopped.WaitAsync(Patience);
        Assert.Equal(0, Environment.ExitCode);
        Assert.Null(host.Services.GetRequiredService<ProcessFacts>().Live);
    }

    public void Dispose()
    {
        _goOn.Dispose();
        _directory.Dispose();
    }

    private static async Task AssertRevokedAsync(Revocations revocations, TokenIdentity[] tokens)
    {
        foreach (var token in tokens)
            Assert.Equal(Verdict.TokenRevoked, await revocations.CheckAsync(token));
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(started) < Patience, "Waited in vain.");
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
        }
    }

    private async Task RevokeBeforeAsync()
    {
        using var host = CreateHost();
        await host.StartAsync();
        foreach (var token in _before)
            await host.Services.GetRequiredService<Revocations>().LogOutAsync(token, LogoutScope.Token);
        await host.StopAsync();
    }

    private async Task<IHost> StartWhileFillingAsync()
    {
        var host = CreateHost();
        host.Services.GetRequiredService<ProcessFacts>().Changed += scope =>
        {
            if (!Thread.CurrentThread.IsThreadPoolThread)
                _goOn.Wait(Patience);
        };
        var started = host.StartAsync();
        while (!started.IsCompleted)
        {
            _clock.Advance(ProcessFactsFiller.StartWaits);
            await Task.WhenAny(started, Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System));
        }

        await started;
        return host;
    }

    private IHost CreateHost()
    {
        var builder = new HostApplicationBuilder();
        builder.Services.AddSingleton<TimeProvider>(_clock);
        builder.Services.UseTimeProviderForBackgroundAreas(TimeProvider.System);
        builder.AddCurfewEmbedded(_directory.Path);
        return builder.Build();
    }

    private TokenIdentity Token(string subject)
    {
        var now = _clock.GetUtcNow().ToUnixTimeSeconds();
        return new TokenIdentity(new UserKey("https://idp.example/", subject), TokenId.FromJti(Guid.NewGuid().ToString()), now, now + 3600);
    }
}
