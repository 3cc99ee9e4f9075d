using Microsoft.IdentityModel.JsonWebTokens;

namespace Curfew.Peers.Tests;

/// <summary>One system under <see cref="LogoutScenarios"/>: its processes and its store.</summary>
public abstract class RunningSystem
{
    /// <summary>What the scenarios talk to; there once <see cref="StartAsync"/> is done.</summary>
    public Client Client { get; protected set; } = null!;

    public abstract Task StartAsync();

    public abstract Task StopAsync();

    /// <summary>Waits until <paramref name="token"/> has expired and what its logout stored should be gone.</summary>
    public static async Task EntriesExpiredAsync(string token)
    {
        // The next full second: exp is written in whole ones, and Redis counts its TTL from when it was told.
        var gone = new DateTimeOffset(new JsonWebToken(token).ValidTo) + TimeSpan.FromSeconds(1.5);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (TimeProvider.System.GetUtcNow() < gone)
            await timer.WaitForNextTickAsync();
    }

    /// <summary>What is stored now, given that <paramref name="token"/> of <paramref name="lifetime"/> was logged out.</summary>
    public abstract Task<Leftover> LeftInStorageAsync(string token, TimeSpan lifetime);

    /// <summary>kill -9.</summary>
    public abstract Task KillStoreAsync();

    public abstract Task StartStoreAgainAsync();

    /// <summary>Brings the store into a state in which it is reached, but refuses to read.</summary>
    public abstract Task MakeStoreAnswerErrorsAsync();
}
