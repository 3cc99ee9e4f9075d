using System.Buffers.Text;
using Curfew.Authentication.Bearer;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;

namespace Curfew.Authentication;

/// <summary>
/// Verifies a token that was sent as data rather than presented by its bearer, as RFC 7009 and RFC 7662 have it: with the
/// very keys, issuers, audiences, algorithms and limits by which a scheme verifies its bearer tokens. It doesn't ask
/// whether the token was revoked. Thread-safe; one for the app.
/// </summary>
public sealed class TokenVerifier
{
    private readonly ReadableOptions _schemes;

    /// <param name="schemes">The options of the JwtBearer schemes, each set up by <c>AddCurfew</c>.</param>
    public TokenVerifier(IOptionsMonitor<JwtBearerOptions> schemes) => _schemes = new ReadableOptions(schemes);

    /// <param name="token">A token's text, whoever sent it.</param>
    /// <param name="scheme">A JwtBearer scheme that <c>AddCurfew</c> set up.</param>
    /// <exception cref="RevocationUnavailableException">The issuer's keys can't be had just now.</exception>
    /// <exception cref="InvalidOperationException">There is no such scheme.</exception>
    public async Task<TokenVerification> VerifyAsync(string token, string scheme = JwtBearerDefaults.AuthenticationScheme)
    {
        ArgumentNullException.ThrowIfNull(token);
        var options = _schemes.Get(scheme);
        TokenValidationResult result;
        try
        {
            result = await HandlerOf(options, scheme).ValidateTokenAsync(token, options.TokenValidationParameters);
        }
        catch (Exception e) when (e is ArgumentException or SecurityTokenException)
        {
            // A header or claims that the library's own reader can't take.
            return new(TokenStatus.Invalid);
        }

        // A valid token that were taken for an invalid one would stay unrevoked: rather an exception.
        if (result.IsValid)
            return new(TokenStatus.Valid, ((IIdentifiedToken)result.SecurityToken).TokenIdentity, result.ClaimsIdentity);
        if (result.Exception is RevocationUnavailableException unknown)
            throw new RevocationUnavailableException(unknown.Message);
        return new(
            ReferenceEquals(result.Exception, TokenRefusedException.Expired) ? TokenStatus.Expired
            : LooksLikeJwt(token) ? TokenStatus.Invalid
            : TokenStatus.NotJwt);
    }

    /// <summary>
    /// Verifies who signed a security event token (RFC 8417) and for whom: no bearer token, so none of a bearer token's
    /// rules apply. Its <c>typ</c>, times and events are for the caller to judge.
    /// </summary>
    /// <param name="token">The token's text.</param>
    /// <param name="audiences">Of these, its <c>aud</c> must name one.</param>
    /// <param name="algorithms">The only ones that are accepted, of those that the issuer's keys allow; null: all of these.</param>
    /// <param name="scheme">The scheme whose issuers and keys vouch for it.</param>
    /// <exception cref="RevocationUnavailableException">The issuer's keys can't be had just now.</exception>
    /// <exception cref="InvalidOperationException">There is no such scheme.</exception>
    public async Task<EventVerification> VerifyEventAsync(
        string token, IReadOnlyCollection<string> audiences, IReadOnlyCollection<string>? algorithms = null,
        string scheme = JwtBearerDefaults.AuthenticationScheme)
    {
        ArgumentNullException.ThrowIfNull(token);
        ArgumentNullException.ThrowIfNull(audiences);
        if (EventTokenText.Read(token) is not { } text)
            return new(EventRefusal.Malformed);
        if (text.Issuer is null)
            return new(EventRefusal.Issuer);
        var refusal = await HandlerOf(_schemes.Get(scheme), scheme).VerifyEventAsync(text, audiences, algorithms);
        return refusal == EventRefusal.None ? new(refusal, text.Issuer, text.Type, text.Claims) : new(refusal);
    }

    private static BearerTokenHandler HandlerOf(JwtBearerOptions options, string scheme) =>
        options.TokenHandlers is [BearerTokenHandler handler]
            ? handler
            : ReferenceEquals(options, ReadableOptions.Unreadable)
            ? throw new RevocationUnavailableException("The scheme's configuration can't be read.")
            : throw new InvalidOperationException($"AddCurfew(\"{scheme}\") was not called for a JwtBearer scheme.");

    // Three parts, the first of which is a JSON object: what else is wrong with it makes it an invalid JWT.
    private static bool LooksLikeJwt(string token)
    {
        var dot = token.IndexOf('.', StringComparison.Ordinal);
        if (dot < 0 || token.AsSpan().Count('.') != 2)
            return false;
        var header = token.AsSpan(0, dot).TrimEnd('=');
        return Base64Url.IsValid(header) && Base64Url.DecodeFromChars(header) is [(byte)'{', ..];
    }
}
