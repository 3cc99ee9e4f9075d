using System.Text;

namespace Curfew.Tests;

/// <summary>Tokens, facts and limits that tests start from.</summary>
internal static class Sample
{
    public const string Header = """{"alg":"HS256","typ":"JWT"}""";
    public const string Issuer = "https://issuer.example";

    public const long Now = 1_700_000_000;

    public static readonly DateTimeOffset Clock = DateTimeOffset.FromUnixTimeSeconds(Now);

    public static readonly FactOrigin Origin = new(Now, "test");

    /// <summary>A payload that is accepted, with members added.</summary>
    public static string Payload(string? more = null) =>
        $$"""{"iss":"{{Issuer}}","sub":"alice","jti":"t1","iat":1700000000,"exp":1700003600{{(more is null ? "" : "," + more)}}}""";

    public static TokenRefusal Read(string payload, string header = Header, bool allowSenderConstrained = false) =>
        Read(payload, header, allowSenderConstrained, out _);

    public static TokenRefusal Read(string payload, string header, bool allowSenderConstrained, out TokenIdentity? identity) =>
        TokenReader.TryRead(
            Encoding.UTF8.GetBytes(header), Encoding.UTF8.GetBytes(payload), allowSenderConstrained, out identity);

    public static TokenIdentity ReadAccepted(string payload, string header = Header)
    {
        Assert.Equal(TokenRefusal.None, Read(payload, header, false, out var identity));
        return identity!;
    }

    public static TokenIdentity Token(
        string id = "t1", string? session = null, long issuedAt = Now, long lifetime = 3600, long? authTime = null,
        string? clientId = null, string? authorizedParty = null, string issuer = Issuer, string subject = "alice") =>
        new(new UserKey(issuer, subject), TokenId.FromJti(id), issuedAt, issuedAt + lifetime)
        {
            Session = session,
            AuthTime = authTime,
            ClientId = clientId,
            AuthorizedParty = authorizedParty,
        };

    public static FactSet Facts(params IEnumerable<Fact> facts)
    {
        var set = new FactSet();
        foreach (var fact in facts)
            set.Add(fact);
        return set;
    }

    public static Fact Fact(FactKind kind, string id = "", long number = 0, long expires = long.MaxValue) =>
        new(new FactId(kind, id), number, expires);

    public static Verdict Decide(this FactSet facts, TokenIdentity token) => Judge.Decide(token, new SetLookup(facts));

    private readonly struct SetLookup(FactSet facts) : IFactLookup
    {
        public bool TryGet(FactKind kind, string id, out long number)
        {
            var found = facts.TryGet(new FactId(kind, id), out var fact);
            number = fact?.Number ?? 0;
            return found;
        }
    }
}
