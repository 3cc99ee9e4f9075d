using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Curfew.Authentication.Tests.Hosting;

namespace Curfew.Authentication.Tests;

/// <summary>What is refused before anything is looked up, each by one change of a token that is accepted.</summary>
public sealed class TokenRefusalTests(TokenRefusalTests.App shared) : IClassFixture<TokenRefusalTests.App>
{
    private GuardedApp Guarded => shared.Guarded;

    private TokenMint Mint => shared.Guarded.Mint;

    [Fact]
    public async Task The_token_that_the_others_are_changed_from_is_accepted()
    {
        (await Guarded.GetAsync("/me", Mint.Token())).AssertAccepted();
        (await Guarded.GetAsync("/me", Mint.Hs256(Mint.Claims(issuer: TokenMint.OtherIssuer), Mint.OtherSecret))).AssertAccepted();
    }

    public static TheoryData<string, string> WrongClaims => new()
    {
        { "iss", "null" }, { "iss", "7" }, { "iss", "\"\"" }, { "iss", "\"https://three.test/\"" }, { "iss", "[\"https://one.test/\"]" },
        { "sub", "null" }, { "sub", "7" }, { "sub", "\"\"" }, { "sub", "{}" },
        { "aud", "null" }, { "aud", "\"other\"" }, { "aud", "[]" }, { "aud", "7" }, { "aud", "\"API\"" },
        { "iat", "null" }, { "iat", "\"1700000000\"" }, { "iat", "1700000002" }, { "iat", "-1" }, { "iat", "1e300" },
        { "exp", "null" }, { "exp", "\"1700000600\"" }, { "exp", "1699999998" }, { "exp", "1700086401" }, { "exp", "1e300" },
        { "nbf", "1700000002" }, { "nbf", "1e300" }, { "nbf", "\"soon\"" }, { "nbf", "[]" },
        { "jti", "7" }, { "sid", "[]" }, { "client_id", "{}" }, { "azp", "true" }, { "auth_time", "\"x\"" },
        { "events", "{\"http://schemas.openid.net/event/backchannel-logout\":{}}" },
        { "cnf", "{\"jkt\":\"x\"}" },
    };

    [Theory]
    [MemberData(nameof(WrongClaims))]
    public async Task A_wrong_claim_is_refused(string name, string json)
    {
        var value = JsonNode.Parse(json);
        var token = Mint.Token(change: c =>
        {
            if (value is null)
                c.Remove(name);
            else
                c[name] = value;
        });
        (await Guarded.GetAsync("/me", token)).AssertRefused("invalid");
    }

    [Fact]
    public async Task An_expired_token_is_told_so_and_a_forged_one_is_not()
    {
        void Old(JsonObject claims)
        {
            claims["iat"] = Mint.Now - 700;
            claims["exp"] = Mint.Now - 2;
        }

        (await Guarded.GetAsync("/me", Mint.Token(change: Old))).AssertRefused("expired");
        var forged = Mint.Claims();
        Old(forged);
        (await Guarded.GetAsync("/me", Mint.Hs256(forged, Mint.OtherSecret))).AssertRefused("invalid");

        // Within the tolerance the clocks may disagree.
        (await Guarded.GetAsync("/me", Mint.Token(change: c =>
        {
            c["iat"] = Mint.Now + 1;
            c["exp"] = Mint.Now + 1;
        }))).AssertAccepted();
        (await Guarded.GetAsync("/me", Mint.Token(change: c =>
        {
            c["iat"] = Mint.Now - 100;
            c["exp"] = Mint.Now;
        }))).AssertAccepted();
    }

    [Theory]
    [InlineData("""{"alg":"HS256","typ":"logout+jwt"}""")]
    [InlineData("""{"alg":"HS256","typ":"secevent+jwt"}""")]
    [InlineData("""{"alg":"HS256","typ":"dpop+jwt"}""")]
    [InlineData("""{"alg":"HS256","typ":7}""")]
    [InlineData("""{"alg":"HS256","typ":"JWT","crit":["exp"],"exp":1}""")]
    [InlineData("""{"alg":"HS256","typ":"JWT","crit":["b64"],"b64":true}""")]
    [InlineData("""{"typ":"JWT"}""")]
    [InlineData("""{"alg":7}""")]
    [InlineData("""{"alg":"none"}""")]
    [InlineData("""{"alg":"None"}""")]
    [InlineData("""{"alg":"hs256"}""")]
    [InlineData("""{"alg":"RS256"}""")]
    [InlineData("""{"alg":"ES256"}""")]
    [InlineData("""{"alg":"A128KW"}""")]
    [InlineData("""{"alg":"HS256","kid":7}""")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{\"alg\":\"HS256\"")]
    public async Task A_wrong_header_is_refused(string header)
    {
        var token = Mint.Sign(header, Mint.Claims().ToJsonString(), bytes => HMACSHA256.HashData(Mint.Secret, bytes));
        (await Guarded.GetAsync("/me", token)).AssertRefused("invalid");
    }

    [Theory]
    [InlineData("""{"alg":"none"}""")]
    [InlineData("""{"alg":"none","typ":"JWT"}""")]
    [InlineData("""{"alg":"HS256"}""")]
    public async Task A_token_without_a_signature_is_refused(string header)
    {
        var claims = Mint.Claims().ToJsonString();
        (await Guarded.GetAsync("/me", Mint.Sign(header, claims, _ => []))).AssertRefused("invalid");
        (await Guarded.GetAsync("/me", TokenMint.Part(header) + "." + TokenMint.Part(claims))).AssertRefused("invalid");
    }

    [Theory]
    [InlineData("""{"iss":"https://one.test/","sub":"a","aud":"api","iat":1700000000,"exp":1700000600,"sub":"b"}""")]
    [InlineData("""{"iss":"https://one.test/","sub":"a","aud":"api","iat":1700000000,"exp":1700000600,"\u0073ub":"b"}""")]
    [InlineData("""{"iss":"https://one.test/","sub":"\ud800","aud":"api","iat":1700000000,"exp":1700000600}""")]
    [InlineData("""{"iss":"https://one.test/","sub":"a","aud":"api","iat":1700000000,"exp":1700000600}{}""")]
    [InlineData("[1]")]
    [InlineData("7")]
    [InlineData("")]
    public async Task Claims_that_two_readers_could_understand_differently_are_refused(string claims)
    {
        var token = Mint.Sign("""{"alg":"HS256"}""", claims, bytes => HMACSHA256.HashData(Mint.Secret, bytes));
        (await Guarded.GetAsync("/me", token)).AssertRefused("invalid");
    }

    [Fact]
    public async Task One_issuers_key_verifies_nothing_of_another_even_with_the_same_kid()
    {
        var header = new JsonObject { ["alg"] = "HS256", ["kid"] = "k1" };
        (await Guarded.GetAsync("/me", Mint.Hs256(Mint.Claims(), Mint.Secret, header))).AssertAccepted();
        (await Guarded.GetAsync("/me", Mint.Hs256(Mint.Claims(), Mint.OtherSecret, header))).AssertRefused("invalid");
        (await Guarded.GetAsync("/me", Mint.Hs256(Mint.Claims(issuer: TokenMint.OtherIssuer), Mint.Secret, header))).AssertRefused("invalid");
    }

    [Fact]
    public async Task Two_issuers_users_of_the_same_name_are_two()
    {
        var one = Mint.Token("same");
        var two = Mint.Hs256(Mint.Claims("same", TokenMint.OtherIssuer), Mint.OtherSecret);
        (await Guarded.LogOutAsync(one, path: "/logout/everywhere")).AssertAccepted();
        (await Guarded.GetAsync("/me", one)).AssertRefused("revoked");
        (await Guarded.GetAsync("/me", two)).AssertAccepted();
    }

    [Theory]
    [InlineData("Пользователь/пять")]
    [InlineData("a/b/../c|d?e#f%2F")]
    [InlineData("😀 \t\r\n\u0001")]
    [InlineData("e\u0301")]
    public async Task Any_subject_can_log_out_and_is_nobody_else(string subject)
    {
        var token = Mint.Token(subject);
        (await Guarded.LogOutAsync(token, path: "/logout/everywhere")).AssertAccepted();
        (await Guarded.GetAsync("/me", token)).AssertRefused("revoked");
        (await Guarded.GetAsync("/me", Mint.Token(subject + "/"))).AssertAccepted();
        (await Guarded.GetAsync("/me", Mint.Token(Uri.EscapeDataString(subject) + "%"))).AssertAccepted();
    }

    [Fact]
    public async Task A_revoked_token_is_not_accepted_in_any_other_spelling()
    {
        // With and without a jti: its id is made of what was signed, not of the text.
        foreach (var jti in new[] { true, false })
        {
            // The parts' lengths leave unused bits that a lax decoder ignores.
            for (var pad = 0; pad < 3; pad++)
            {
                var token = Mint.Token("speller", c =>
                {
                    if (!jti)
                        c.Remove("jti");
                    c["pad"] = new string('p', pad);
                });
                (await Guarded.GetAsync("/me", token)).AssertAccepted();
                (await Guarded.LogOutAsync(token)).AssertAccepted();
                foreach (var other in Spellings(token))
                    (await Guarded.GetAsync("/me", other)).AssertRefused(other.Trim() == token ? "revoked" : "invalid");
            }
        }
    }

    [Fact]
    public async Task A_changed_ecdsa_signature_of_a_revoked_token_is_refused()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        await using var app = await GuardedApp.StartAsync((builder, _) => builder.Services.AddEcKey(key));
        var claims = app.Mint.Claims(issuer: "https://ec.test/");
        claims.Remove("jti");
        var token = app.Mint.Sign(new JsonObject { ["alg"] = "ES256" }, claims, bytes => key.SignData(bytes, HashAlgorithmName.SHA256));
        var malleated = Malleated(token);
        Assert.NotEqual(token, malleated);

        // The other signature is a true one: that it verifies is what makes the test worth something.
        (await app.GetAsync("/me", malleated)).AssertAccepted();
        (await app.LogOutAsync(token)).AssertAccepted();
        (await app.GetAsync("/me", malleated)).AssertRefused("revoked");

        // HMAC with the public key, which everybody has, as the secret: in each form that such attacks use.
        foreach (var secret in new[] { key.ExportSubjectPublicKeyInfo(), Encoding.ASCII.GetBytes(key.ExportSubjectPublicKeyInfoPem()) })
            (await app.GetAsync("/me", app.Mint.Hs256(app.Mint.Claims(issuer: "https://ec.test/"), secret))).AssertRefused("invalid");
    }

    private static IEnumerable<string> Spellings(string token)
    {
        var parts = token.Split('.');
        yield return token;
        yield return token + "=";
        yield return token + "==";
        yield return $"{parts[0]}=.{parts[1]}.{parts[2]}";
        yield return $"{parts[0]}.{parts[1]}=.{parts[2]}";
        yield return $"{parts[0]}.{parts[1]}==.{parts[2]}";
        yield return token + ".";
        yield return token + "%3D";
        yield return token.Insert(token.Length / 2, " ");
        yield return token.Replace('-', '+').Replace('_', '/') is var standard && standard != token ? standard : token + "+";
        const string alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        for (var part = 0; part < 3; part++)
        {
            if (parts[part].Length % 4 == 0)
                continue;
            var changed = (string[])parts.Clone();
            changed[part] = parts[part][..^1] + alphabet[alphabet.IndexOf(parts[part][^1], StringComparison.Ordinal) ^ 1];
            yield return string.Join('.', changed);
        }
    }

    // (r, s) and (r, n - s) sign the same (SEC 1, 4.1).
    private static string Malleated(string token)
    {
        var order = System.Numerics.BigInteger.Parse(
            "00FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551", System.Globalization.NumberStyles.HexNumber);
        var dot = token.LastIndexOf('.');
        var signature = System.Buffers.Text.Base64Url.DecodeFromChars(token.AsSpan(dot + 1));
        var s = order - new System.Numerics.BigInteger(signature.AsSpan(32), isUnsigned: true, isBigEndian: true);
        signature.AsSpan(32).Clear();
        var bytes = s.ToByteArray(isUnsigned: true, isBigEndian: true);
        bytes.CopyTo(signature.AsSpan(64 - bytes.Length));
        return token[..(dot + 1)] + System.Buffers.Text.Base64Url.EncodeToString(signature);
    }

    public sealed class App : IAsyncLifetime
    {
        public GuardedApp Guarded { get; private set; } = null!;

        public async Task InitializeAsync() => Guarded = await GuardedApp.StartAsync();

        public async Task DisposeAsync() => await Guarded.DisposeAsync();
    }
}
