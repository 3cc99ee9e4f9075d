using System.Net;
using Curfew.Authentication.Tests.Hosting;

namespace Curfew.Api.Tests.OAuth;

/// <summary>RFC 7009.</summary>
public sealed class RevokeTests(OAuthHost shared) : OAuthTest(shared)
{
    [Theory]
    [InlineData(null)]
    [InlineData("access_token")]
    [InlineData("refresh_token")]
    [InlineData("no such hint")]
    public async Task OwnToken_Hint_Revoked(string? hint)
    {
        var (token, another) = (TokenOf(OAuthHost.App), TokenOf(OAuthHost.App));
        await AssertAccepted(token);
        (string, string)[] form = hint is null ? [("token", token)] : [("token", token), ("token_type_hint", hint)];
        await AssertDone(await RevokeAsync(OAuthHost.App, form));
        await AssertRevoked(token);
        await AssertAccepted(another);

        // Again: what the client wants is so already (2.2).
        await AssertDone(await RevokeAsync(OAuthHost.App, form));
    }

    [Fact]
    public async Task SecretInForm_Revoked()
    {
        var token = TokenOf(OAuthHost.App);
        await AssertDone(await RevokeAsync(
            null, ("token", token), ("client_id", OAuthHost.App.Id), ("client_secret", OAuthHost.App.Secret)));
        await AssertRevoked(token);
    }

    // Seen red without decoding the two halves of Basic.
    [Fact]
    public async Task CharactersThatNeedEncoding_Revoked()
    {
        var token = TokenOf(OAuthHost.Odd);
        await AssertDone(await RevokeAsync(OAuthHost.Odd, ("token", token)));
        await AssertRevoked(token);
    }

    [Fact]
    public async Task TokenNamesClientByAzpAlone_Revoked()
    {
        var token = TokenOf(null, claims => claims["azp"] = OAuthHost.App.Id);
        await AssertDone(await RevokeAsync(OAuthHost.App, ("token", token)));
        await AssertRevoked(token);
    }

    // Seen red with every client allowed to revoke every token.
    [Fact]
    public async Task TokenOfAnotherClient_RefusedAndNothingRevoked()
    {
        var token = TokenOf(OAuthHost.Other);
        await AssertError(await RevokeAsync(OAuthHost.App, ("token", token)), HttpStatusCode.BadRequest, "unauthorized_client");
        await AssertAccepted(token);
        await AssertDone(await RevokeAsync(OAuthHost.Gateway, ("token", token)));
        await AssertRevoked(token);
    }

    // Seen red with azp looked at where client_id says otherwise.
    [Fact]
    public async Task TokenOfAnotherClient_OurNameAsAzp_Refused()
    {
        var token = TokenOf(OAuthHost.Other, claims => claims["azp"] = OAuthHost.App.Id);
        await AssertError(await RevokeAsync(OAuthHost.App, ("token", token)), HttpStatusCode.BadRequest, "unauthorized_client");
        await AssertAccepted(token);
    }

    // Another issuer's client of the same name is a different one. Seen red with the issuer not compared.
    [Fact]
    public async Task TokenOfAnotherIssuersClientOfOurName_RefusedAndNothingRevoked()
    {
        var claims = Api.Mint.Claims(User, TokenMint.OtherIssuer);
        claims["client_id"] = OAuthHost.App.Id;
        var token = Api.Mint.Hs256(claims, Api.Mint.OtherSecret);
        await AssertError(await RevokeAsync(OAuthHost.App, ("token", token)), HttpStatusCode.BadRequest, "unauthorized_client");
        await AssertAccepted(token);
        await AssertDone(await RevokeAsync(OAuthHost.Gateway, ("token", token)));
        await AssertRevoked(token);
    }

    [Fact]
    public async Task TokenOfNoClient_TakesMayRevokeAny()
    {
        var token = TokenOf(null);
        await AssertError(await RevokeAsync(OAuthHost.App, ("token", token)), HttpStatusCode.BadRequest, "unauthorized_client");
        await AssertAccepted(token);
        await AssertDone(await RevokeAsync(OAuthHost.Gateway, ("token", token)));
        await AssertRevoked(token);
    }

    // Seen red with the token read and not verified.
    [Fact]
    public async Task ForgedToken_DoneAndNothingRevoked()
    {
        var claims = Api.Mint.Claims(User);
        claims["client_id"] = OAuthHost.App.Id;
        var real = Api.Mint.Hs256(claims, Api.Mint.Secret);
        var forged = Api.Mint.Hs256(claims, new byte[32]);
        await AssertDone(await RevokeAsync(OAuthHost.App, ("token", forged)));
        await AssertDone(await RevokeAsync(OAuthHost.App, ("token", real[..^1])));
        await AssertAccepted(real);
    }

    [Fact]
    public async Task ExpiredToken_Done()
    {
        var token = TokenOf(OAuthHost.Other, claims => (claims["iat"], claims["exp"]) = (Api.Mint.Now - 600, Api.Mint.Now - 60));
        await AssertDone(await RevokeAsync(OAuthHost.App, ("token", token)));
    }

    [Theory]
    [InlineData("0af3-an-opaque-refresh-token")]
    [InlineData("two.parts")]
    [InlineData("three.opaque.parts")]
    [InlineData("eyJhbGciOiJSU0EtT0FFUCJ9.a.b.c.d")]
    [InlineData("\u0000\uD83D\uDE00")]
    public async Task NoJwt_UnsupportedTokenType(string token) => await AssertError(
        await RevokeAsync(OAuthHost.App, ("token", token)), HttpStatusCode.BadRequest, "unsupported_token_type");

    // A JWT that our own libraries may stumble over is an invalid one. Seen red (500) without the catch in TokenVerifier.
    [Theory]
    [InlineData("""{"alg":5}""", """{"iss":"i","sub":"s","iat":1,"exp":2}""")]
    [InlineData("""{"alg":"HS256","kid":[]}""", """{"iss":"i","sub":"s","iat":1,"exp":2}""")]
    [InlineData("""{"alg":"HS256"}""", """{"iss":"i","iss":"j","sub":"s","iat":1,"exp":2}""")]
    [InlineData("""{"alg":"HS256"}""", """{"iss":{},"aud":{}}""")]
    [InlineData("""{"alg":"none"}""", "[]")]
    [InlineData("{", "{")]
    public async Task StrangeJwt_Done(string header, string claims)
    {
        var now = Api.Mint.Now;
        claims = claims.Replace("\"i\"", $"\"{TokenMint.Issuer}\"", StringComparison.Ordinal)
            .Replace("\"iat\":1", $"\"iat\":{now}", StringComparison.Ordinal)
            .Replace("\"exp\":2", $"\"exp\":{now + 60}", StringComparison.Ordinal);
        await AssertDone(await RevokeAsync(OAuthHost.App, ("token", $"{TokenMint.Part(header)}.{TokenMint.Part(claims)}.AAAA")));
    }

    [Fact]
    public async Task StorageAway_503AndNotRevoked()
    {
        var token = TokenOf(OAuthHost.App);
        Api.Storage.IsDown = true;
        try
        {
            var answer = await RevokeAsync(OAuthHost.App, ("token", token));
            await AssertError(answer, HttpStatusCode.ServiceUnavailable, "temporarily_unavailable");
            Assert.NotNull(answer.Headers.RetryAfter);
        }
        finally
        {
            Api.Storage.IsDown = false;
        }

        await AssertDone(await RevokeAsync(OAuthHost.App, ("token", token)));
        await AssertRevoked(token);
    }
}
