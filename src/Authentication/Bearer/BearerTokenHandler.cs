using Curfew.Authentication.Remembered;
using Curfew.Grains;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
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
    // No key fits, as far as is known: an authority that published none yet, or the wrong ones, is asked again.
    private static readonly TokenValidationResult NoKey =
        Refused(new SecurityTokenSignatureKeyNotFoundException(TokenRefusedException.Invalid.Message));

    private static readonly TokenValidationResult Unknown =
        Refused(new RevocationUnavailableException("The issuer's keys could not be had."));

    private static readonly JwtBearerEvents NoEvents = new();

    private readonly JwtBearerOptions _options;
    private readonly CurfewBearerOptions _curfew;
    private readonly Func<RevocationLimits> _readLimits;
    private readonly TimeProvider _time;
    private readonly JsonWebTokenHandler _verifier;
    private readonly CurfewInstruments? _instruments;
    private readonly Lazy<ConfiguredKeys> _configured;
    private readonly Lazy<AuthorityKeys?> _authority;
    private readonly ILogger _logger;
    private IssuerRules? _rules;

    public BearerTokenHandler(
        JwtBearerOptions options, CurfewBearerOptions curfew, Func<RevocationLimits> limits, JsonWebTokenHandler verifier,
        Func<ConfiguredKeys> configured, TimeProvider time, ILogger logger, CurfewInstruments? instruments = null)
    {
        _options = options;
        _curfew = curfew;
        _readLimits = limits;
        _time = time;
        _verifier = verifier;
        _instruments = instruments;
        _logger = logger;

        // Later, for the options may not be complete yet.
        _configured = new(configured);
        _authority = new(() => options.ConfigurationManager is { } source
            ? new AuthorityKeys(source, curfew.KeysTimeout, time, logger)
            : null);
        MaximumTokenSizeInBytes = CompactJwt.MaxLength;
    }

    /// <summary>What is wrong with the scheme's configuration; with any of it, no token is accepted.</summary>
    public IReadOnlyList<string> Errors => _configured.Value.Errors;

    // When the first token comes: wrong limits must not hide what is wrong with the scheme.
    private RevocationLimits Limits => field ??= _readLimits();

    /// <summary>What the present keys have verified; null before the first token.</summary>
    public RememberedTokens? Remembered => Volatile.Read(ref _rules)?.Remembered;

    /// <summary>Whether code of the app takes part in authentication, and is owed all that JwtBearer would hand it.</summary>
    public bool HasOwnEvents =>
        _options.EventsType is not null
        || (_options.Events is { } events
            && (events.GetType() != typeof(JwtBearerEvents) || events.OnTokenValidated != NoEvents.OnTokenValidated
                || events.OnMessageReceived != NoEvents.OnMessageReceived
                || events.OnAuthenticationFailed != NoEvents.OnAuthenticationFailed));

    /// <summary>
    /// The very text was verified under the present keys, and is within the limits now. Null: <see cref="ValidateTokenAsync(string,
    /// TokenValidationParameters)"/> has to tell.
    /// </summary>
    public RememberedToken? Recall(ReadOnlySpan<char> token)
    {
        OpenIdConnectConfiguration? known = null;
        if (Errors.Count > 0 || (_authority.Value is { } authority && !authority.TryGet(out known)))
            return null;
        if (RulesFor(known).Remembered.Find(token) is not { } remembered)
            return null;
        var now = _time.GetUtcNow();
        if (now.ToUnixTimeSeconds() >= remembered.Until
            || remembered.TokenIdentity.CheckLimits(Limits, now) != TokenRefusal.None)
        {
            return null;
        }

        _instruments?.TokenCacheLookedUp(hit: true);
        return remembered;
    }

    public override async Task<TokenValidationResult> ValidateTokenAsync(
        string token, TokenValidationParameters validationParameters)
    {
        if (Errors.Count > 0)
            return Unknown;
        var known = _authority.Value is { } authority ? await authority.GetAsync() : null;
        var rules = RulesFor(known);
        if (rules.Remembered.Find(token) is { } remembered && Recall(remembered, token, rules.Remembered) is { } recalled)
        {
            _instruments?.TokenCacheLookedUp(hit: true);
            return recalled;
        }

        if (rules.Remembered.IsOn)
            _instruments?.TokenCacheLookedUp(hit: false);
        if (!CompactJwt.TryDecode(token, out var header, out var payload)
            || TokenReader.TryRead(header, payload, _curfew.AllowSenderConstrained, out var identity, _curfew.ClientClaim)
                != TokenRefusal.None)
        {
            return Invalid;
        }

        // An expired token is told so only once it is verified: else anybody's guess would be answered.
        var refusal = identity!.CheckLimits(Limits, _time.GetUtcNow());
        if (refusal is not (TokenRefusal.None or TokenRefusal.Expired))
            return Invalid;
        var verified = await VerifyAsync(new VerifiedToken(token, identity), rules);
        return verified.IsValid && refusal == TokenRefusal.Expired ? Expired : verified;
    }

    public override Task<TokenValidationResult> ValidateTokenAsync(
        SecurityToken token, TokenValidationParameters validationParameters) =>
        ValidateTokenAsync((token as JsonWebToken)?.EncodedToken ?? "", validationParameters);

    public override SecurityToken ReadToken(string token) => _verifier.ReadToken(token);

    private static TokenValidationResult Refused(Exception reason) => new() { IsValid = false, Exception = reason };

    // A repeat: the signature is known to be good under these very keys; time goes on.
    private TokenValidationResult? Recall(RememberedToken token, string text, RememberedTokens from)
    {
        var now = _time.GetUtcNow();
        if (token.TokenIdentity.CheckLimits(Limits, now) is var refusal && refusal != TokenRefusal.None)
        {
            from.Forget(token);
            return refusal == TokenRefusal.Expired ? Expired : Invalid;
        }

        if (now.ToUnixTimeSeconds() >= token.Until)
        {
            from.Forget(token);
            return null;
        }

        // The app's events may want the JWT itself.
        return new TokenValidationResult
        {
            IsValid = true,
            ClaimsIdentity = token.ToIdentity(text),
            SecurityToken = HasOwnEvents ? new VerifiedToken(text, token.TokenIdentity) : token,
        };
    }

    private async ValueTask<TokenValidationResult> VerifyAsync(VerifiedToken token, IssuerRules rules)
    {
        var issuer = token.TokenIdentity.User.Issuer;
        var authority = _authority.Value;
        var known = rules.Authority;
        var result = await VerifyWithAsync(token, rules);
        if (result.IsValid || authority is null)
            return result;

        // Whose token it is can't be told while the authority is unknown, unless the keys at hand are that issuer's.
        if (known is null)
            return rules.For(issuer) is null ? Unknown : Invalid;
        if (issuer != known.Issuer || result.Exception is not SecurityTokenInvalidSignatureException)
            return Invalid;
        var renewed = await authority.RenewAsync(known);
        return renewed is null ? Invalid : await VerifyWithAsync(token, RulesFor(renewed));
    }

    private async ValueTask<TokenValidationResult> VerifyWithAsync(VerifiedToken token, IssuerRules rules)
    {
        var parameters = rules.For(token.TokenIdentity.User.Issuer);
        if (parameters is null)
            return Invalid;
        if (!parameters.ValidAlgorithms.Contains(token.Alg, StringComparer.Ordinal))
            return NoKey;
        var result = await _verifier.ValidateTokenAsync(token, parameters);
        var now = _time.GetUtcNow();
        if (result.IsValid && !token.TokenIdentity.IsExpired(Limits, now)
            && rules.Remembered.Admits(token.EncodedToken)
            && RememberedToken.From(token, result.ClaimsIdentity, rules.Remembered.Shapes) is { } remembered)
        {
            rules.Remembered.Add(remembered, now.ToUnixTimeSeconds());
        }

        return result;
    }

    private IssuerRules RulesFor(OpenIdConnectConfiguration? authority)
    {
        var rules = Volatile.Read(ref _rules);
        if (rules is not null && ReferenceEquals(rules.Authority, authority))
            return rules;
        rules = new IssuerRules(_options, _configured.Value, authority, Limits.IssuerClockTolerance, IsWithinLifetime,
            _curfew.RememberedTokenBytes);
        Volatile.Write(ref _rules, rules);
        if (rules.Warning is { } warning)
            LogWarning(warning);
        return rules;
    }

    // exp and iat stand in the identity and are judged there, by the same clock.
    private bool IsWithinLifetime(
        DateTime? notBefore, DateTime? expires, SecurityToken token, TokenValidationParameters parameters) =>
        (notBefore is null || notBefore <= (_time.GetUtcNow() + Limits.IssuerClockTolerance).UtcDateTime)
        && (_options.TokenValidationParameters.LifetimeValidator?.Invoke(notBefore, expires, token, parameters) ?? true);

    [LoggerMessage(1, LogLevel.Warning, "{Warning}")]
    private partial void LogWarning(string warning);
}
