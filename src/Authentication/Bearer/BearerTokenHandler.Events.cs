using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Curfew.Authentication.Bearer;

// Security event tokens, by the same issuers and keys as bearer tokens, and by none of the rest of their rules.
internal sealed partial class BearerTokenHandler
{
    /// <exception cref="RevocationUnavailableException">The issuer's keys can't be had just now.</exception>
    public async ValueTask<EventRefusal> VerifyEventAsync(
        EventTokenText text, IReadOnlyCollection<string> audiences, IReadOnlyCollection<string>? algorithms)
    {
        if (Errors.Count > 0)
            throw new RevocationUnavailableException("The scheme's configuration is wrong.");
        var authority = _authority.Value;
        var known = authority is null ? null : await authority.GetAsync();
        var rules = RulesFor(known);
        if (authority is not null && known is null && rules.For(text.Issuer!) is null)
            throw new RevocationUnavailableException("The issuer's keys could not be had.");
        var refusal = await VerifyEventAsync(text, rules, audiences, algorithms);
        if (refusal != EventRefusal.Key || known is null || text.Issuer != known.Issuer)
            return refusal;

        // The key may be newer than what we hold.
        var renewed = await authority!.RenewAsync(known);
        return renewed is null ? refusal : await VerifyEventAsync(text, RulesFor(renewed), audiences, algorithms);
    }

    private async ValueTask<EventRefusal> VerifyEventAsync(
        EventTokenText text, IssuerRules rules, IReadOnlyCollection<string> audiences, IReadOnlyCollection<string>? algorithms)
    {
        if (rules.For(text.Issuer!) is not { } ofIssuer)
            return EventRefusal.Issuer;
        try
        {
            var token = new JsonWebToken(text.Text);
            var parameters = EventParameters(ofIssuer, audiences, algorithms);
            if (!parameters.ValidAlgorithms.Contains(token.Alg, StringComparer.Ordinal))
                return EventRefusal.Key;
            var result = await _verifier.ValidateTokenAsync(token, parameters);
            return result.Exception switch
            {
                null when result.IsValid => EventRefusal.None,
                SecurityTokenInvalidAudienceException => EventRefusal.Audience,
                SecurityTokenInvalidIssuerException => EventRefusal.Issuer,
                SecurityTokenInvalidSignatureException or SecurityTokenInvalidSigningKeyException => EventRefusal.Key,
                _ => EventRefusal.Malformed,
            };
        }
        catch (Exception e) when (e is ArgumentException or SecurityTokenException)
        {
            // A header or claims that the library's own reader can't take.
            return EventRefusal.Malformed;
        }
    }

    private static TokenValidationParameters EventParameters(
        TokenValidationParameters ofIssuer, IReadOnlyCollection<string> audiences, IReadOnlyCollection<string>? algorithms)
    {
        var parameters = ofIssuer.Clone();
        parameters.ValidAudience = null;
        parameters.ValidAudiences = audiences;
        parameters.AudienceValidator = null;
        parameters.ValidTypes = null;
        parameters.TypeValidator = null;
        parameters.TokenReplayValidator = null;
        parameters.ValidateTokenReplay = false;

        // The caller judges the times, by its own rules for each kind of event.
        parameters.RequireExpirationTime = false;
        parameters.ValidateLifetime = false;
        parameters.LifetimeValidator = null;
        if (algorithms is not null)
            parameters.ValidAlgorithms = [.. ofIssuer.ValidAlgorithms.Intersect(algorithms, StringComparer.Ordinal)];
        return parameters;
    }
}
