namespace Curfew.Peers.Tests;

/// <summary>The usual denylist (a): C#, a Redis key per token.</summary>
public sealed class RedisKeyTests : LogoutScenarios
{
    protected override RunningSystem System { get; } = RedisSystem.DotNet("redis-key", "Peer.RedisKey");

    protected override Findings Found { get; } = new()
    {
        LoggedOut = Status.Unauthorized,
        AfterShorterLivedLogoutEnded = Status.Unauthorized,
        LoggedOutAndJustExpired = Status.Unauthorized,

        // The key is the token's text; the signature is compared by its bytes.
        LoggedOutUnderAnotherText = Status.OK,
        ConcurrentLogouts = Lost.None,

        // exp counts from 1970, a TTL from now: this one ends in 56 years.
        LeftInStorage = Leftover.ForYears,
        WithoutToken = Status.Unauthorized,
        StoreDead = Status.InternalServerError,
        StoreAnswersErrors = Status.InternalServerError,

        // redis-server as it comes writes a snapshot an hour after a change.
        StoreKilledAfterLogout = Status.OK,
    };
}
