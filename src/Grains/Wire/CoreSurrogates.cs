using Orleans.Serialization.Cloning;

namespace Curfew.Grains;

// Core knows nothing of Orleans, so its types cross the wire as these. Fields are added at the end, with new ids, and
// none is ever reused: nodes of two versions talk to each other during an upgrade.

[GenerateSerializer, Immutable, Alias("curfew.token")]
internal struct TokenIdentitySurrogate
{
    [Id(0)] public string Issuer;
    [Id(1)] public string Subject;
    [Id(2)] public string TokenId;
    [Id(3)] public long IssuedAt;
    [Id(4)] public long Expires;
    [Id(5)] public string? Session;
    [Id(6)] public string? ClientId;
    [Id(7)] public string? AuthorizedParty;
    [Id(8)] public long? AuthTime;
}

[RegisterConverter]
internal sealed class TokenIdentityConverter : IConverter<TokenIdentity, TokenIdentitySurrogate>
{
    public TokenIdentity ConvertFromSurrogate(in TokenIdentitySurrogate s) =>
        new(new UserKey(s.Issuer, s.Subject), ParseId(s.TokenId), s.IssuedAt, s.Expires)
        {
            Session = s.Session,
            ClientId = s.ClientId,
            AuthorizedParty = s.AuthorizedParty,
            AuthTime = s.AuthTime,
        };

    public TokenIdentitySurrogate ConvertToSurrogate(in TokenIdentity token) => new()
    {
        Issuer = token.User.Issuer,
        Subject = token.User.Subject,
        TokenId = token.Id.ToString(),
        IssuedAt = token.IssuedAt,
        Expires = token.Expires,
        Session = token.Session,
        ClientId = token.ClientId,
        AuthorizedParty = token.AuthorizedParty,
        AuthTime = token.AuthTime,
    };

    private static TokenId ParseId(string text) =>
        TokenId.TryParse(text, out var id) ? id : throw new FormatException("Not a token id.");
}

[GenerateSerializer, Immutable, Alias("curfew.fact")]
internal struct FactSurrogate
{
    [Id(0)] public int Kind;
    [Id(1)] public string Id;
    [Id(2)] public long Number;
    [Id(3)] public long Expires;
    [Id(4)] public long? At;
    [Id(5)] public string? By;
    [Id(6)] public string? Reason;
    [Id(7)] public string? ByIssuer;
}

[RegisterConverter]
internal sealed class FactConverter : IConverter<Fact, FactSurrogate>
{
    public Fact ConvertFromSurrogate(in FactSurrogate s) =>
        new(new FactId((FactKind)s.Kind, s.Id), s.Number, s.Expires,
            s.At is { } at ? new FactOrigin(at, s.By, s.Reason, s.ByIssuer) : null);

    public FactSurrogate ConvertToSurrogate(in Fact fact) => new()
    {
        Kind = (int)fact.Id.Kind,
        Id = fact.Id.Id,
        Number = fact.Number,
        Expires = fact.Expires,
        At = fact.Origin?.At,
        By = fact.Origin?.By,
        Reason = fact.Origin?.Reason,
        ByIssuer = fact.Origin?.ByIssuer,
    };
}

// Both are immutable: a call within the process hands them over as they are, which keeps a check in process cheap.

[RegisterCopier]
internal sealed class TokenIdentityCopier : IDeepCopier<TokenIdentity>, IOptionalDeepCopier
{
    public bool IsShallowCopyable() => true;

    public TokenIdentity? DeepCopy(TokenIdentity? input, CopyContext context) => input;

    public object? DeepCopy(object? input, CopyContext context) => input;
}

[RegisterCopier]
internal sealed class FactCopier : IDeepCopier<Fact>, IOptionalDeepCopier
{
    public bool IsShallowCopyable() => true;

    public Fact? DeepCopy(Fact? input, CopyContext context) => input;

    public object? DeepCopy(object? input, CopyContext context) => input;
}
