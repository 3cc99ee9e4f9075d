using System.Security.Claims;
using Microsoft.IdentityModel.Tokens;

namespace Curfew.Authentication.Remembered;

/// <summary>
/// A verified identity's claims, 16 bytes and the value each: a claim of the identity itself would keep that identity and
/// the parsed JWT behind it alive.
/// </summary>
internal sealed class RememberedClaims
{
    private readonly (ClaimShape Shape, string Value)[] _claims;
    private readonly string? _authenticationType;
    private readonly string _nameType, _roleType;
    private readonly bool _bootstrap;

    private RememberedClaims(ClaimsIdentity verified, (ClaimShape Shape, string Value)[] claims, int bytes)
    {
        _authenticationType = verified.AuthenticationType;
        _nameType = verified.NameClaimType;
        _roleType = verified.RoleClaimType;
        _bootstrap = verified.BootstrapContext is not null;
        _claims = claims;
        Bytes = bytes;
    }

    /// <summary>What they take in memory, estimated upwards; strings that they share with the token's identity apart.</summary>
    public int Bytes { get; }

    /// <summary>Null where there is more to the identity than claims: an actor, or a kind of the app's own.</summary>
    public static RememberedClaims? Of(ClaimsIdentity verified, TokenIdentity token, ClaimShapes shapes)
    {
        if (verified.Actor is not null || verified.Label is not null
            || (verified.GetType() != typeof(CaseSensitiveClaimsIdentity) && verified.GetType() != typeof(ClaimsIdentity)))
        {
            return null;
        }

        // 64-bit layout: this object, the array's header and the pairs.
        var bytes = 56 + 24;
        var claims = new List<(ClaimShape, string)>();
        foreach (var claim in verified.Claims)
        {
            if (ClaimShape.Of(claim) is not { } shape)
                return null;
            claims.Add((shapes.Share(shape, out var own), Share(claim.Value, token, out var isShared)));
            bytes += 16 + (isShared ? 0 : SizeOf(claim.Value)) + (own ? SizeOf(shape) : 0);
        }

        return new(verified, [.. claims], bytes);
    }

    /// <summary>
    /// One request's own copy, to change as it likes. Made whole: a copy constructor of <see cref="ClaimsIdentity"/>
    /// reads past anything that would fill it later.
    /// </summary>
    public ClaimsIdentity ToIdentity(ReadOnlySpan<char> text)
    {
        var identity = new CaseSensitiveClaimsIdentity(_authenticationType, _nameType, _roleType);
        if (_bootstrap)
            identity.BootstrapContext = text.ToString();
        foreach (var (shape, value) in _claims)
            identity.AddClaim(shape.ToClaim(value, identity));
        return identity;
    }

    internal static int SizeOf(string? text) => text is null ? 0 : (22 + (2 * text.Length) + 7) & ~7;

    private static int SizeOf(ClaimShape shape) =>
        64 + SizeOf(shape.Type) + SizeOf(shape.ValueType) + SizeOf(shape.Issuer) + SizeOf(shape.OriginalIssuer)
        + SizeOf(shape.PropertyName) + SizeOf(shape.PropertyValue);

    private static string Share(string value, TokenIdentity token, out bool isShared)
    {
        isShared = true;
        if (value == token.User.Subject)
            return token.User.Subject;
        if (value == token.User.Issuer)
            return token.User.Issuer;
        if (value == token.Session)
            return token.Session;
        if (value == token.ClientId)
            return token.ClientId;
        if (value == token.AuthorizedParty)
            return token.AuthorizedParty;
        isShared = false;
        return value;
    }
}
