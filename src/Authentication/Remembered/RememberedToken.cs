using System.Security.Claims;
using Curfew.Authentication.Bearer;
using Microsoft.IdentityModel.Tokens;

namespace Curfew.Authentication.Remembered;

/// <summary>
/// A token that was verified, as little of it as a request needs: its text, its identity and its claims, without the
/// parsed JWT behind them. Shared by requests: nothing that they are handed can change it.
/// </summary>
internal sealed class RememberedToken : SecurityToken, IIdentifiedToken
{
    // 64-bit layout, rounded up: this object, the dictionary's node and its share of buckets while they grow, the
    // identity, and the index's keys, which a check leaves in it.
    private const int FixedBytes = 120 + 48 + 16 + 104 + 288;

    private readonly RememberedClaims _claims;

    private RememberedToken(VerifiedToken token, RememberedClaims claims)
    {
        Text = TokenTextComparer.Instance.Create(token.EncodedToken);
        TokenIdentity = token.TokenIdentity;
        ValidFrom = token.ValidFrom;
        ValidTo = token.ValidTo;
        Until = token.SigningKey is X509SecurityKey { Certificate: var certificate }
            ? new DateTimeOffset(certificate.NotAfter).ToUnixTimeSeconds()
            : long.MaxValue;
        _claims = claims;
        Bytes = FixedBytes + 24 + Text.Length + claims.Bytes + SizeOf(TokenIdentity);
    }

    public byte[] Text { get; }

    public TokenIdentity TokenIdentity { get; }

    /// <summary>The second from which it must be verified anew: its key's certificate has ended.</summary>
    public long Until { get; }

    /// <summary>What it takes in memory, estimated upwards.</summary>
    public int Bytes { get; }

    /// <summary>Whether it was asked for since the hand last passed. Threads race to set it, to the same value.</summary>
    public bool Visited { get; set; }

    public RememberedToken? Newer { get; set; }

    public RememberedToken? Older { get; set; }

    public override string Id => TokenIdentity.Id.ToString();

    public override string Issuer => TokenIdentity.User.Issuer;

    public override SecurityKey SecurityKey => null!;

    public override SecurityKey SigningKey
    {
        get => null!;
        set => throw new NotSupportedException();
    }

    public override DateTime ValidFrom { get; }

    public override DateTime ValidTo { get; }

    /// <summary>Null where there is more to the principal than can be remembered.</summary>
    public static RememberedToken? From(VerifiedToken token, ClaimsIdentity verified, ClaimShapes shapes) =>
        RememberedClaims.Of(verified, token.TokenIdentity, shapes) is { } claims ? new(token, claims) : null;

    /// <summary>The claims for one request, its own to change.</summary>
    /// <param name="text">The token's text, as it was presented.</param>
    public ClaimsIdentity ToIdentity(ReadOnlySpan<char> text) => _claims.ToIdentity(text);

    private static int SizeOf(TokenIdentity token) =>
        RememberedClaims.SizeOf(token.User.Issuer) + RememberedClaims.SizeOf(token.User.Subject)
        + RememberedClaims.SizeOf(token.Id.ToString()) + RememberedClaims.SizeOf(token.Session)
        + RememberedClaims.SizeOf(token.ClientId) + RememberedClaims.SizeOf(token.AuthorizedParty);
}
