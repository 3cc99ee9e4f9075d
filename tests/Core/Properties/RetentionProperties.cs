using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace Curfew.Tests;

/// <summary>
/// G3: expiry never frees a token that a node still accepts, whatever the clocks of revoker, issuer, sweeper and checker
/// say within the tolerance, and whenever the sweep runs. Seen red: with the tolerance counted once in the margin (at a
/// margin of 0), without the tolerance in ForSession, without a lifetime in SessionRetention or UnknownTokenRetention,
/// and with a cutoff at now alone.
/// </summary>
[Properties(Arbitrary = [typeof(RetentionProperties)], MaxTest = 20_000, QuietOnSuccess = true)]
public sealed class RetentionProperties
{
    private const int Start = 1_000_000;

    public enum Request
    {
        Token,
        TokenOfUnknownExpiry,
        Session,
        Everything,
    }

    // Instants are true time in milliseconds; each clock is ahead of it by its offset, and no two disagree by more than
    // the tolerance. The sweep is so long after the sweeper's clock first lets it drop the fact (or before), and the check
    // so long after the sweep.
    public sealed record Case(
        Request Request, RevocationLimits Limits, bool HasAuthTime, long Authenticated, long Issued, long Revoked,
        long SweptAfter, long CheckedAfter, int IssuerOffset, int RevokerOffset, int SweeperOffset, int CheckerOffset, long Lifetime);

    public static Arbitrary<Case> Cases() => (
        from request in Gen.Elements(Enum.GetValues<Request>())
        from tolerance in Gen.Choose(0, 4)
        from margin in Gen.Elements(0, 0, 3)
        from token in Gen.Choose(1, 8)
        from session in Gen.Choose(0, 8)
        from authTime in Gen.Elements(true, false)
        from sinceLogin in UpTo(session * 1000)
        from revoked in UpTo(10_000)
        from swept in UpTo(5_000)
        from early in Gen.Elements(false, false, true)
        from checkedAfter in UpTo(6_000)
        from issuerOffset in UpTo(tolerance * 1000)
        from revokerOffset in UpTo(tolerance * 1000)
        from sweeperOffset in UpTo(tolerance * 1000)
        from checkerOffset in UpTo(tolerance * 1000)
        from lifetime in UpTo(token)
        let limits = new RevocationLimits
        {
            IssuerClockTolerance = TimeSpan.FromSeconds(tolerance),
            RetentionMargin = TimeSpan.FromSeconds(margin),
            MaxTokenLifetime = TimeSpan.FromSeconds(token),
            MaxSessionLifetime = TimeSpan.FromSeconds(session),
        }
        select new Case(
            request, limits, authTime, 0, sinceLogin, revoked, early ? -swept : swept, checkedAfter,
            issuerOffset, revokerOffset, sweeperOffset, checkerOffset, lifetime)).ToArbitrary();

    [Property]
    public Property Sweeping_NeverFreesATokenThatIsStillAccepted(Case c)
    {
        var token = Sample.Token(
            "t", "s", Second(c.Issued, c.IssuerOffset), c.Lifetime,
            c.HasAuthTime ? Second(c.Authenticated, c.IssuerOffset) : null);
        var now = Clock(c.Revoked, c.RevokerOffset);
        var origin = new FactOrigin(now.ToUnixTimeSeconds());
        var fact = c.Request switch
        {
            Request.Token => NewFacts.ForToken(token.Id, token.Expires, c.Limits, origin),
            Request.TokenOfUnknownExpiry => NewFacts.ForToken(token.Id, null, c.Limits, origin),
            Request.Session => NewFacts.ForSession("s", c.Limits, origin),
            _ => NewFacts.ForEverything(new FactSet(), null, c.Limits, now, origin),
        };
        var facts = Sample.Facts(fact);
        var swept = Math.Max(c.Revoked, ((fact.Expires - Start) * 1000) - c.SweeperOffset + c.SweptAfter);

        // What the request is about was there when it was made: the token, or the login that a later token came from.
        var existed = c.Request switch
        {
            Request.Session => c.Authenticated <= c.Revoked,
            Request.Everything => (c.HasAuthTime ? c.Authenticated : c.Issued) <= c.Revoked,
            _ => c.Issued <= c.Revoked,
        };
        var revokedAtFirst = facts.Decide(token) != Verdict.Valid;
        facts.DropExpired(Clock(swept, c.SweeperOffset).ToUnixTimeSeconds());
        var accepted = facts.Decide(token) == Verdict.Valid
            && token.CheckLimits(c.Limits, Clock(swept + c.CheckedAfter, c.CheckerOffset)) == TokenRefusal.None;
        return (!existed || (revokedAtFirst && !accepted)).ToProperty();
    }

    // The ends of a range are where rules break.
    private static Gen<int> UpTo(int most) => Gen.OneOf(Gen.Constant(0), Gen.Constant(most), Gen.Choose(0, most));

    private static DateTimeOffset Clock(long milliseconds, int offset) =>
        DateTimeOffset.FromUnixTimeMilliseconds((Start * 1000L) + milliseconds + offset);

    private static long Second(long milliseconds, int offset) => Clock(milliseconds, offset).ToUnixTimeSeconds();
}
