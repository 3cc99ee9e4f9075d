namespace Curfew.Peers.Tests;

/// <summary>
/// The same scenarios for every system that makes logout real, or means to: each system's class names what it was
/// found to do, so that the mistakes of the usual denylists stand beside what is right. Real processes, a real store.
/// </summary>
/// <remarks>
/// A peer that is mended makes these tests fail, and so does a system that does worse than found. Seen red: with
/// <c>exp - now / 1000</c> in the Node peer (four facts), with the remaining life as the TTL in the C# peer (a) (two).
/// </remarks>
public abstract class LogoutScenarios : IAsyncLifetime
{
    private const int TokensPerUser = 16;

    protected abstract Findings Found { get; }

    protected abstract RunningSystem System { get; }

    public Task InitializeAsync() => System.StartAsync();

    public Task DisposeAsync() => System.StopAsync();

    [SystemFact]
    public async Task LoggedOut()
    {
        var token = Issuer.Token("ann", Issuer.AnHour);
        Assert.Equal(Status.OK, await System.Client.MeAsync(token));
        await System.Client.LogOutAsync(token);

        Assert.Equal(Found.LoggedOut, await System.Client.MeAsync(token));
    }

    [SystemFact]
    public async Task AfterShorterLivedLogoutEnded()
    {
        var longer = Issuer.Token("ann", Issuer.AnHour);
        var shorter = Issuer.Token("ann", TimeSpan.FromSeconds(3));
        await System.Client.LogOutAsync(longer);
        await System.Client.LogOutAsync(shorter);
        await RunningSystem.EntriesExpiredAsync(shorter);

        Assert.Equal(Found.AfterShorterLivedLogoutEnded, await System.Client.MeAsync(longer));
    }

    [SystemFact]
    public async Task LoggedOutAndJustExpired()
    {
        var token = Issuer.Token("ann", TimeSpan.FromSeconds(3));
        await System.Client.LogOutAsync(token);
        await RunningSystem.EntriesExpiredAsync(token);

        Assert.Equal(Found.LoggedOutAndJustExpired, await System.Client.MeAsync(token));
    }

    [SystemFact]
    public async Task LoggedOutUnderAnotherText()
    {
        var token = Issuer.Token("ann", Issuer.AnHour);
        await System.Client.LogOutAsync(token);

        Assert.Equal(Found.LoggedOutUnderAnotherText, await System.Client.MeAsync(Issuer.AnotherTextOf(token)));
    }

    [SystemFact]
    public async Task ConcurrentLogouts()
    {
        var tokens = Enumerable.Range(0, TokensPerUser).Select(_ => Issuer.Token("ann", Issuer.AnHour)).ToArray();
        await Task.WhenAll(tokens.Select(System.Client.LogOutAsync));
        var answers = await Task.WhenAll(tokens.Select(System.Client.MeAsync));

        var lost = answers.Count(answer => answer == Status.OK);
        Assert.Equal(
            Found.ConcurrentLogouts,
            lost switch { 0 => Lost.None, TokensPerUser => Lost.All, _ => Lost.Some });
    }

    [SystemFact]
    public async Task LeftInStorage()
    {
        var token = Issuer.Token("ann", Issuer.AnHour);
        await System.Client.LogOutAsync(token);

        Assert.Equal(Found.LeftInStorage, await System.LeftInStorageAsync(token, Issuer.AnHour));
    }

    [SystemFact]
    public async Task WithoutToken() => Assert.Equal(Found.WithoutToken, await System.Client.MeAsync(null));

    [SystemFact]
    public async Task StoreDead()
    {
        var token = Issuer.Token("ann", Issuer.AnHour);
        Assert.Equal(Status.OK, await System.Client.MeAsync(token));
        await System.KillStoreAsync();

        // Who holds a lease may answer until it ends, for no logout is acknowledged meanwhile. The request in which the
        // connection breaks may still get that error; what counts is the outage.
        var answer = await System.Client.MeOnceNotAsync(Status.OK, token);
        if (answer != Found.StoreDead)
            answer = await System.Client.MeAsync(token);
        Assert.Equal(Found.StoreDead, answer);
    }

    [SystemFact]
    public async Task StoreAnswersErrors()
    {
        var token = Issuer.Token("ann", Issuer.AnHour);
        Assert.Equal(Status.OK, await System.Client.MeAsync(token));
        await System.MakeStoreAnswerErrorsAsync();

        Assert.Equal(Found.StoreAnswersErrors, await System.Client.MeOnceNotAsync(Status.OK, token));
    }

    [SystemFact]
    public async Task StoreKilledAfterLogout()
    {
        var token = Issuer.Token("ann", Issuer.AnHour);
        await System.Client.LogOutAsync(token);
        await System.KillStoreAsync();
        await System.StartStoreAgainAsync();

        // While it reconnects, the store counts as dead.
        Assert.Equal(Found.StoreKilledAfterLogout, await System.Client.MeOnceNotAsync(Found.StoreDead, token));
    }
}
