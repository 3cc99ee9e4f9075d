namespace Curfew.Peers.Tests;

/// <summary>The usual denylist (c): Node with Express, jsonwebtoken and redis.</summary>
public sealed class NodeTests : LogoutScenarios
{
    protected override RunningSystem System { get; } = RedisSystem.Node();

    protected override Findings Found { get; } = new()
    {
        // exp is in seconds, Date.now() in milliseconds: the TTL is never above 0, so nothing is ever stored.
        LoggedOut = Status.OK,
        AfterShorterLivedLogoutEnded = Status.OK,
        ConcurrentLogouts = Lost.All,
        LeftInStorage = Leftover.Nothing,

        // One catch for all: an expired token, a malformed one and a failing store look alike.
        LoggedOutAndJustExpired = Status.BadRequest,
        LoggedOutUnderAnotherText = Status.BadRequest,
        StoreAnswersErrors = Status.BadRequest,

        // A rejected promise in a middleware that Express 4 doesn't await ends the process.
        WithoutToken = Answer.Dies,

        // The client queues commands until Redis is back.
        StoreDead = Answer.Hangs,
        StoreKilledAfterLogout = Status.OK,
    };
}
