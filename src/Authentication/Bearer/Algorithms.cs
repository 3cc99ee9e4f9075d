using System.Security.Cryptography;
using Microsoft.IdentityModel.Tokens;

namespace Curfew.Authentication.Bearer;

/// <summary>
/// Which signature algorithms a key may verify (RFC 8725, 3.1): never <c>none</c>, and never HMAC with what is public.
/// </summary>
internal static class Algorithms
{
    public const int MinRsaBits = 2048;

    private static readonly string[] Symmetric =
        [SecurityAlgorithms.HmacSha256, SecurityAlgorithms.HmacSha384, SecurityAlgorithms.HmacSha512];

    private static readonly string[] Asymmetric =
    [
        SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSha384, SecurityAlgorithms.RsaSha512,
        SecurityAlgorithms.RsaSsaPssSha256, SecurityAlgorithms.RsaSsaPssSha384, SecurityAlgorithms.RsaSsaPssSha512,
        SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.EcdsaSha384, SecurityAlgorithms.EcdsaSha512,
    ];

    /// <summary>What the keys of one issuer allow, narrowed to what is configured where something is.</summary>
    public static IReadOnlyList<string> AllowedBy(IReadOnlyList<SecurityKey> keys, IEnumerable<string>? configured)
    {
        IEnumerable<string> allowed = [];
        if (keys.Any(IsSymmetric))
            allowed = allowed.Concat(Symmetric);
        if (!keys.All(IsSymmetric))
            allowed = allowed.Concat(Asymmetric);
        var narrowed = configured?.ToList();
        return narrowed is { Count: > 0 } ? [.. allowed.Intersect(narrowed)] : [.. allowed];
    }

    /// <summary>RFC 7518, 3.3. The library takes 1024 bits, which can be factored.</summary>
    public static bool IsShortRsa(SecurityKey key) =>
        key is RsaSecurityKey or JsonWebKey { Kty: JsonWebAlgorithmsKeyTypes.RSA } or X509SecurityKey { PublicKey: RSA }
        && key.KeySize < MinRsaBits;

    public static bool IsSymmetric(SecurityKey key) =>
        key is SymmetricSecurityKey or JsonWebKey { Kty: JsonWebAlgorithmsKeyTypes.Octet };
}
