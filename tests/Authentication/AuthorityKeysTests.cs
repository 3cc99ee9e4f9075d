using System.Diagnostics;
using Curfew.Authentication.Bearer;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace Curfew.Authentication.Tests;

/// <summary>
/// However a source of keys behaves, whoever asks gets an answer within the timeout, and it is asked to renew once.
/// </summary>
public sealed class AuthorityKeysTests
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMilliseconds(200);

    // Far more than a busy machine needs, far less than a client waits.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData("says the same again")]
    [InlineData("never ends")]
    [InlineData("blocks")]
    [InlineData("throws")]
    public async Task A_renewal_that_brings_nothing_is_given_up(string how)
    {
        using var blocked = new ManualResetEventSlim();
        var source = new Source();
        var keys = new AuthorityKeys(source, Timeout, TimeProvider.System, NullLogger.Instance);
        var first = await FirstAsync(keys);
        source.OnRefresh = how switch
        {
            "never ends" => () => source.Next = new TaskCompletionSource<OpenIdConnectConfiguration>().Task,
            "blocks" => () => blocked.Wait(Patience),
            "throws" => () => throw new InvalidOperationException(),
            _ => null,
        };

        // A flood of forged tokens: each waits for the one renewal, and later ones for none.
        var started = Stopwatch.StartNew();
        var waits = Enumerable.Range(0, 200).Select(_ => Task.Run(() => keys.RenewAsync(first).AsTask()));
        Assert.All(await Task.WhenAll(waits).WaitAsync(Patience), Assert.Null);
        Assert.True(started.Elapsed < Patience / 2, $"It took {started.Elapsed}.");
        // On a busy machine all may have given up before it began.
        Assert.InRange(source.Refreshes, 0, 1);
        Assert.Same(first, await keys.GetAsync().AsTask().WaitAsync(Patience));
        blocked.Set();
    }

    [Fact]
    public async Task A_renewal_that_brings_new_keys_brings_them_to_all_who_wait()
    {
        var source = new Source();
        var keys = new AuthorityKeys(source, Patience, TimeProvider.System, NullLogger.Instance);
        var first = await FirstAsync(keys);
        var second = new OpenIdConnectConfiguration();
        source.OnRefresh = () => source.Next = Task.FromResult(second);
        var found = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Task.Run(() => keys.RenewAsync(first).AsTask())))
            .WaitAsync(Patience);
        Assert.All(found, configuration => Assert.Same(second, configuration));
        Assert.Equal(1, source.Refreshes);
    }

    // On a busy machine the first fetch may take longer than the timeout.
    private static async Task<OpenIdConnectConfiguration> FirstAsync(AuthorityKeys keys)
    {
        for (var attempt = 0; attempt < 100; attempt++)
        {
            if (await keys.GetAsync().AsTask().WaitAsync(Patience) is { } first)
                return first;
        }

        throw new TimeoutException("The first fetch never ended.");
    }

    private sealed class Source : IConfigurationManager<OpenIdConnectConfiguration>
    {
        private int _refreshes;

        public int Refreshes => Volatile.Read(ref _refreshes);

        public Action? OnRefresh { get; set; }

        public Task<OpenIdConnectConfiguration> Next { get; set; } = Task.FromResult(new OpenIdConnectConfiguration());

        public Task<OpenIdConnectConfiguration> GetConfigurationAsync(CancellationToken cancel) => Next;

        public void RequestRefresh()
        {
            Interlocked.Increment(ref _refreshes);
            OnRefresh?.Invoke();
        }
    }
}
