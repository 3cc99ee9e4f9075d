namespace Curfew.Peers.Tests;

/// <summary>The usual denylist (b): C#, a JSON list per user under one Redis key with one TTL.</summary>
public sealed class RedisListTests : LogoutScenarios
{
    protected override RunningSystem System { get; } = RedisSystem.DotNet("redis-list", "Peer.RedisList");

    protected override Findings Found { get; } = new()
    {
        LoggedOut = Status.Unauthorized,

        // The list's TTL is that of the token that was logged out last: the others come back with it.
        AfterShorterLivedLogoutEnded = Status.OK,

        // The entry ends at exp, the token is accepted for ClockSkew (5 minutes) longer.
        LoggedOutAndJustExpired = Status.OK,
        LoggedOutUnderAnotherText = Status.OK,

        // Read, append, write back: the last writer wins.
        ConcurrentLogouts = Lost.Some,
        LeftInStorage = Leftover.UntilTheTokenExpires,
        WithoutToken = Status.Unauthorized,
        StoreDead = Status.InternalServerError,
        StoreAnswersErrors = Status.InternalServerError,
        StoreKilledAfterLogout = Status.OK,
    };
}
