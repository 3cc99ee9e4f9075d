using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Curfew.Authentication.Bearer;

/// <summary>
/// Stands in front of JwtBearer's own handler: takes a token apart by the letter, applies the limits, and lets it be
/// verified with its own issuer's keys only. One for each state of a scheme's options.
/// </summary>
internal sealed partial class BearerTokenHandler : TokenHandler
{
    private static readonly TokenValidationResult Invalid = Refused(TokenRefusedException.Invalid);
    private static readonly TokenValidationResult Expired = Refused(TokenRefusedException.Expired);
    private static readonly TokenValidationResult Unknown =
        Refused(new RevocationUnavailableException("The issuer's keys could not be had."));

    private readonly JwtBearerOptions _options;
    private readonly CurfewBearerOptions _curfew;
    private readonly RevocationLimits _limits;
    private readonly TimeProvider _time;
    private readonly JsonWebTokenHandler _verifier;
    private readonly Lazy<ConfiguredKeys> _configured;
    private readonly Lazy<AuthorityKeys?> _authority;
    private IssuerRules? _rules;

    public BearerTokenHandler(
        JwtBearerOptions options, CurfewBearerOptions curfew, RevocationLimits limits, JsonWebTokenHandler verifier,
        Func<ConfiguredKeys> configured, TimeProvider time, ILogger logger)
    {
        _options = options;
        _curfew = curfew;
        _limits = limits;
        _time = time;
        _verifier = verifier;

        // Later, for the options may not be complete yet.
        _configured = new(configured);
        _authority = new(() => options.ConfigurationManager is { } source
            ? new AuthorityKeys(source, curfew.KeysTimeout, time, logger)
            : null);
        MaximumTokenSizeInBytes = CompactJwt.MaxLength;
    }

    /// <summary>What is wrong with the scheme's configuration; with any of it, no token is accepted.</summary>
    public IReadOnlyList<string> Errors => _configured.Value.Errors;

    public override async Task<TokenValidationResult> ValidateTokenAsync(
        string token, TokenValidationParameters validationParameters)
    {
        if (Errors.Count > 0)
            return Unknown;
        if (!CompactJwt.TryDecode(token, out var header, out var payload)
            || TokenReader.TryRead(header, payload, _curfew.AllowSenderConstrained, out var identity) != TokenRefusal.None)
        {
            return Invalid;
        }

        // An expired token is told so only once it is verified: else anybody's guess would be answered.
        var refusal = identity!.CheckLimits(_limits, _time.GetUtcNow());
        if (refusal is not (TokenRefusal.None or TokenRefusal.Expired))
            return Invalid;
        var verified = await VerifyAsync(new VerifiedToken(token, identity));
        return verified.IsValid && refusal == TokenRefusal.Expired ? Expired : verified;
    }

    public override Task<TokenValidationResult> ValidateTokenAsync(
        SecurityToken token, TokenValidationParameters validationParameters) =>
        ValidateTokenAsync((token as JsonWebToken)?.EncodedToken ?? "", validationParameters);

    public override SecurityToken ReadToken(string token) => _verifier.ReadToken(token);

    private static TokenValidationResult Refused(Exception reason) => new() { IsValid = false, Exception = reason };

    private async ValueTask<TokenValidationResult> VerifyAsync(VerifiedToken token)
    {
        var issuer = token.TokenIdentity.User.Issuer;
        var authority = _authority.Value;
        var known = authority is null ? null : await authority.GetAsync();
        var rules = RulesFor(known);
        var result = await VerifyAsync(token, rules.For(issuer));
        if (result.IsValid || authority is null)
            return result;

        // Whose token it is can't be told while the authority is unknown, unless the keys at hand are that issuer's.
        if (known is null)
            return rules.For(issuer) is null ? Unknown : Invalid;
        if (issuer != known.Issuer || result.Exception is not SecurityTokenInvalidSignatureException)
            return Invalid;
        var renewed = await authority.RenewAsync(known);
        return renewed is null ? Invalid : await VerifyAsync(token, RulesFor(renewed).For(issuer));
    }

    private async ValueTask<TokenValidationResult> VerifyAsync(VerifiedToken token, TokenValidationParameters? parameters)
    {
        if (parameters is null || !parameters.ValidAlgorithms.Contains(token.Alg, StringComparer.Ordinal))
            return Invalid;
        return await _verifier.ValidateTokenAsync(token, parameters);
    }

    private IssuerRules RulesFor(Microsoft.IdentityModel.Protocols.OpenIdConnect.OpenIdConnectConfiguration? authority)
    {
        var rules = Volatile.Read(ref _rules);
        if (rules is not null && ReferenceEquals(rules.Authority, authority))
            return rules;
        rules = new IssuerRules(_options, _configured.Value, authority, _limits.IssuerClockTolerance, IsWithinLifetime);
        Volatile.Write(ref _rules, rules);
        return rules;
    }

    // exp and iat stand in the identity and are judged there, by the same clock.
    private bool IsWithinLifetime(
        DateTime? notBefore, DateTime? expires, SecurityToken token, TokenValidationParameters parameters) =>
        (notBefore is null || notBefore <= (_time.GetUtcNow() + _limits.IssuerClockTolerance).UtcDateTime)
        && (_options.TokenValidationParameters.LifetimeValidator?.Invoke(notBefore, expires, token, parameters) ?? true);
}
