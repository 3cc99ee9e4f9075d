using System.IdentityModel.Tokens.Jwt;
using Curfew.Api.Errors;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;

namespace Curfew.Api.Dev;

/// <summary>Mints tokens for trying things out, in Development only, and for programs on this machine only.</summary>
internal static class DevTokenEndpoint
{
    private const long DefaultLifetimeSeconds = 3600;

    public static void MapDevToken(this IEndpointRouteBuilder app) =>
        app.MapPost("/dev/token", MintAsync)
            .Accepts<DevTokenRequest>("application/json")
            .Produces<DevToken>()
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status403Forbidden)
            .RequireLocalRequest()
            .WithSummary("Mints a token (Development only, for requests from loopback)");

    private static async Task<IResult> MintAsync(
        HttpRequest request, DevIssuer issuer, IOptions<RevocationLimits> limits, TimeProvider time, CancellationToken aborted)
    {
        var (body, problem) = await JsonBody.ReadAsync(request, aborted);
        if (body is null)
            return problem!;
        using var _ = body;
        var asked = new DevTokenRequest(
            body.Text("sub"), body.Text("sid"), body.Text("scope"), body.Whole("lifetime_seconds"), body.Text("audience"));
        var longest = (long)limits.Value.MaxTokenLifetime.TotalSeconds;
        var lifetime = asked.LifetimeSeconds ?? DefaultLifetimeSeconds;
        var error = body.Error
            ?? (!ClaimText.IsValid(asked.Sub) ? $"sub is required: 1 to {ClaimText.MaxLength} characters."
                : asked.Sid is { } sid && !ClaimText.IsValid(sid) ? $"sid must be 1 to {ClaimText.MaxLength} characters."
                : lifetime < 1 || lifetime > longest ? $"lifetime_seconds must be from 1 to {longest}."
                : null);
        return error is null ? TypedResults.Ok(Mint(asked, lifetime, issuer, time.GetUtcNow())) : Problems.BadRequest(error);
    }

    private static DevToken Mint(DevTokenRequest asked, long lifetime, DevIssuer issuer, DateTimeOffset now)
    {
        var issuedAt = now.ToUnixTimeSeconds();
        var payload = new JwtPayload
        {
            ["iss"] = DevIssuer.Name,
            ["sub"] = asked.Sub,
            ["aud"] = asked.Audience ?? issuer.Audience,
            ["iat"] = issuedAt,
            ["exp"] = issuedAt + lifetime,
            ["jti"] = Guid.NewGuid().ToString("N"),
        };
        if (asked.Sid is { } sid)
            payload["sid"] = sid;
        if (asked.Scope is { } scope)
            payload["scope"] = scope;
        var key = new SymmetricSecurityKey(issuer.Key) { KeyId = "curfew-dev" };
        var token = new JwtSecurityToken(
            new JwtHeader(new SigningCredentials(key, SecurityAlgorithms.HmacSha256)), payload);
        return new DevToken(new JwtSecurityTokenHandler().WriteToken(token), "Bearer", lifetime);
    }

    internal sealed record DevTokenRequest(string? Sub, string? Sid, string? Scope, long? LifetimeSeconds, string? Audience);

    internal sealed record DevToken(string AccessToken, string TokenType, long ExpiresIn);
}
