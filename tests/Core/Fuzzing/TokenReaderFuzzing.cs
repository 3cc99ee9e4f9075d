using System.Text;
using System.Text.Json;

namespace Curfew.Tests;

/// <summary>
/// Hostile headers and payloads: no exception escapes TokenReader, and what it accepts, another reader of JSON reads
/// the same. Seen red: without the catch of InvalidOperationException, without the read past the object's end, without
/// the check for a member that stands twice, and without that for UTF-8.
/// </summary>
public sealed class TokenReaderFuzzing
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = true };

    private static readonly byte[][] Seeds = new[]
    {
        Sample.Payload(),
        Sample.Payload("\"sid\":\"s1\",\"client_id\":\"c1\",\"azp\":\"c2\",\"auth_time\":1699990000.5"),
        """{"iss":"i","sub":"\u00fc\ud83d\ude00","iat":1.5e9,"exp":1500000100.25,"aud":["a",{"b":[null,true,-1e3]}]}""",
    }.Select(Encoding.UTF8.GetBytes).ToArray();

    private static readonly byte[][] Headers =
        new[] { Sample.Header, """{"alg":"x"}""", """{"kid":"1","typ":"at+jwt"}""" }.Select(Encoding.UTF8.GetBytes).ToArray();

    private static readonly byte[][] Splices =
    [
        .. new[]
        {
            "\\ud800", "\\udc00", "\\u0000", "\"sub\":\"x\",", ",\"sub\":\"x\"", ",\"\\u0073ub\":\"x\"", "\"events\":{},", "\"cnf\":1,",
            "{", "}", "[", "]", "\"", ",", ":", "\\", "null", "-", "e9", "E+99", ".5", "00", "true", "\ufeff", " ", "\n", "/**/", "{}",
            "9223372036854775808", "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[",
            new string('x', 1025), "\"typ\":\"JWT\",", "\"crit\":[],",
        }.Select(Encoding.UTF8.GetBytes),
        [0xff], [0xc0, 0xaf], [0xed, 0xa0, 0x80], [0xf0, 0x9f], [0x00],
    ];

    [Fact]
    public void MutatedTokens_NeverThrowAndAreReadAsAnyOtherReaderReadsThem()
    {
        var accepted = 0;
        Fuzz.Run(60_000, random =>
        {
            var header = Headers[random.Next(Headers.Length)];
            var payload = Seeds[random.Next(Seeds.Length)];
            if (random.Next(4) == 0)
                header = Fuzz.Mutate(random, header, Splices);
            else
                payload = Fuzz.Mutate(random, payload, Splices);
            var refusal = TokenReader.TryRead(header, payload, random.Next(2) == 0, out var token);
            Assert.Equal(refusal == TokenRefusal.None, token is not null);
            if (token is null)
                return;
            accepted++;
            AssertSame(payload, token);
            Assert.Equal(token.User, UserKey.Parse(token.User.ToString()));
            Assert.True(TokenId.TryParse(token.Id.ToString(), out var id) && id == token.Id);
            Assert.Equal(TokenRefusal.LifetimeTooLong, token.Expires < token.IssuedAt
                ? token.CheckLimits(new RevocationLimits(), DateTimeOffset.FromUnixTimeSeconds(token.IssuedAt))
                : TokenRefusal.LifetimeTooLong);
        });

        // Were all refused, nothing would have been compared.
        Assert.True(accepted > 1000, $"Only {accepted} mutations were accepted.");
    }

    private static void AssertSame(byte[] payload, TokenIdentity token)
    {
        using var json = JsonDocument.Parse(payload, Strict);
        var claims = json.RootElement.EnumerateObject().ToLookup(member => member.Name, member => member.Value);
        Assert.Equal(token.User.Issuer, Assert.Single(claims["iss"]).GetString());
        Assert.Equal(token.User.Subject, Assert.Single(claims["sub"]).GetString());
        Assert.Equal(token.IssuedAt, (long)decimal.Floor(Assert.Single(claims["iat"]).GetDecimal()));
        Assert.Equal(token.Expires, (long)decimal.Ceiling(Assert.Single(claims["exp"]).GetDecimal()));
        Assert.Equal(token.Session ?? "", claims["sid"].SingleOrDefault() is { ValueKind: JsonValueKind.String } sid ? sid.GetString() : "");
        Assert.Empty(claims["events"]);
    }
}
