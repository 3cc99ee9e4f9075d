using System.Text.Json;

namespace Curfew;

// The claims that a verdict needs, as they stand in a payload.
internal struct TokenClaims
{
    private string? _issuer, _subject, _jti, _session, _clientId, _otherClientId, _authorizedParty;
    private long? _issuedAt, _expires, _authTime;
    private bool _hasConfirmation, _hasEvents;
    private Seen _seen;

    [Flags]
    private enum Seen
    {
        None = 0,
        Issuer = 1,
        Subject = 2,
        Jti = 4,
        Session = 8,
        ClientId = 16,
        AuthorizedParty = 32,
        IssuedAt = 64,
        Expires = 128,
        AuthTime = 256,
        OtherClientId = 512,
    }

    public TokenRefusal Read(ReadOnlySpan<byte> payload, string? clientClaim)
    {
        var reader = new Utf8JsonReader(payload);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            return TokenRefusal.Malformed;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            TokenReader.CheckText(ref reader);
            if (!ReadMember(ref reader, clientClaim))
                return TokenRefusal.Malformed;
            TokenReader.SkipValue(ref reader);
        }

        // Reading on past the object throws where anything but white space follows.
        reader.Read();
        return TokenRefusal.None;
    }

    public readonly TokenRefusal FirstRefusal(bool allowSenderConstrained) =>
        _hasEvents ? TokenRefusal.SecurityEvent
        : _hasConfirmation && !allowSenderConstrained ? TokenRefusal.SenderConstrained
        : _issuer is null ? TokenRefusal.MissingIssuer
        : _subject is null ? TokenRefusal.MissingSubject
        : _issuedAt is null ? TokenRefusal.MissingIssuedAt
        : _expires is null ? TokenRefusal.MissingExpiry
        : TokenRefusal.None;

    public readonly TokenIdentity ToIdentity(ReadOnlySpan<byte> header, ReadOnlySpan<byte> payload) =>
        new(new UserKey(_issuer!, _subject!),
            _jti is null ? TokenId.FromContent(header, payload) : TokenId.FromJti(_jti),
            _issuedAt!.Value,
            _expires!.Value)
        {
            Session = _session,
            ClientId = _clientId ?? _otherClientId,
            AuthorizedParty = _authorizedParty,
            AuthTime = _authTime,
        };

    private bool ReadMember(ref Utf8JsonReader reader, string? clientClaim)
    {
        if (reader.ValueTextEquals("iss"u8))
            return ReadText(ref reader, Seen.Issuer, ref _issuer);
        if (reader.ValueTextEquals("sub"u8))
            return ReadText(ref reader, Seen.Subject, ref _subject);
        if (reader.ValueTextEquals("jti"u8))
            return ReadText(ref reader, Seen.Jti, ref _jti);
        if (reader.ValueTextEquals("sid"u8))
            return ReadText(ref reader, Seen.Session, ref _session);
        if (reader.ValueTextEquals("client_id"u8))
            return ReadText(ref reader, Seen.ClientId, ref _clientId);
        if (reader.ValueTextEquals("azp"u8))
            return ReadText(ref reader, Seen.AuthorizedParty, ref _authorizedParty);
        if (reader.ValueTextEquals("iat"u8))
            return ReadTime(ref reader, Seen.IssuedAt, roundUp: false, ref _issuedAt);
        if (reader.ValueTextEquals("exp"u8))
            return ReadTime(ref reader, Seen.Expires, roundUp: true, ref _expires);
        if (reader.ValueTextEquals("auth_time"u8))
            return ReadTime(ref reader, Seen.AuthTime, roundUp: false, ref _authTime);
        if (!string.IsNullOrEmpty(clientClaim) && reader.ValueTextEquals(clientClaim))
            return ReadText(ref reader, Seen.OtherClientId, ref _otherClientId);
        _hasConfirmation |= reader.ValueTextEquals("cnf"u8);
        _hasEvents |= reader.ValueTextEquals("events"u8);
        return reader.Read();
    }

    // A name that stands twice is refused: the verifier may have read the other one (RFC 7519, 4).
    private bool IsFirst(Seen claim)
    {
        var first = (_seen & claim) == 0;
        _seen |= claim;
        return first;
    }

    // An empty text, or null, says no more than its absence, and must not make all such tokens one.
    private bool ReadText(ref Utf8JsonReader reader, Seen claim, ref string? value)
    {
        if (!IsFirst(claim) || !reader.Read())
            return false;
        if (reader.TokenType == JsonTokenType.Null)
            return true;
        if (reader.TokenType != JsonTokenType.String)
            return false;
        var text = reader.GetString()!;
        value = text.Length == 0 ? null : text;
        return value is null || ClaimText.IsValid(value);
    }

    private bool ReadTime(ref Utf8JsonReader reader, Seen claim, bool roundUp, ref long? value)
    {
        if (!IsFirst(claim) || !reader.Read())
            return false;
        if (reader.TokenType == JsonTokenType.Null)
            return true;
        if (!TokenReader.TryReadTime(ref reader, roundUp, out var seconds))
            return false;
        value = seconds;
        return true;
    }
}
