using System.Buffers.Text;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Curfew.Authentication;
using Microsoft.IdentityModel.Tokens;

namespace Curfew.Bench.Micro.Scale;

/// <summary>
/// Distinct tokens through a memory of the default size, each verified twice, so that it gets in though the memory is full:
/// what the heap holds and what the process takes. HS256, so that a million of them take a minute.
/// </summary>
internal static class RememberedChurn
{
    public static async Task<IReadOnlyList<Point>> RunAsync(int tokens, int every)
    {
        var secret = RandomNumberGenerator.GetBytes(32);
        var handler = LoneHandler.Of(new SymmetricSecurityKey(secret), new CurfewBearerOptions());

        var points = new List<Point>();
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        using var process = Process.GetCurrentProcess();
        for (var i = 1; i <= tokens; i++)
        {
            var token = Token(i, now, secret);
            for (var time = 0; time < 2; time++)
            {
                if (!(await handler.ValidateTokenAsync(token, new())).IsValid)
                    throw new InvalidOperationException("The token is refused.");
            }

            if (i % every != 0)
                continue;
            var heap = GC.GetTotalMemory(forceFullCollection: true);
            process.Refresh();
            points.Add(new Point(i, handler.Remembered!.Count, heap / 1e6, process.WorkingSet64 / 1e6));
        }

        return points;
    }

    private static string Token(int i, long now, byte[] secret)
    {
        var claims = $$"""
            {"iss":"{{SignedTokens.Issuer}}","aud":"{{SignedTokens.Audience}}","iat":{{now}},"nbf":{{now}},"exp":{{now + 28800}},
            "sub":"5e0c7a1e-8d41-4a5e-b2a0-{{i:D12}}","jti":"b54e2f0a-8d41-4a5e-b2a0-{{i:D12}}",
            "sid":"c0ffee00-8d41-4a5e-b2a0-{{i:D12}}","client_id":"web","azp":"web","scope":"openid profile orders:read orders:write"}
            """;
        var signed = Part("""{"alg":"HS256","typ":"at+jwt"}""") + "." + Part(claims);
        return signed + "." + Base64Url.EncodeToString(HMACSHA256.HashData(secret, Encoding.ASCII.GetBytes(signed)));
    }

    private static string Part(string json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json));

    /// <summary>After so many tokens: how many are remembered, the heap after a collection and the resident memory, in MB.</summary>
    internal sealed record Point(int Tokens, int Remembered, double HeapMb, double ResidentMb);
}
