using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.IdentityModel.Tokens;

namespace Curfew.Bench.Load.Workload;

/// <summary>The issuer's keys, made once per token folder: an RSA key of 2,048 bits, a P-256 key, a secret.</summary>
internal sealed record IssuerKeys(string RsaPem, string EcdsaPem, string Secret)
{
    private const string FileName = "keys.json";

    public static IssuerKeys Create()
    {
        using var rsa = RSA.Create(2048);
        using var ecdsa = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return new IssuerKeys(
            rsa.ExportRSAPrivateKeyPem(),
            ecdsa.ExportECPrivateKeyPem(),
            Convert.ToHexString(RandomNumberGenerator.GetBytes(32)));
    }

    public static IssuerKeys Read(string folder) =>
        JsonSerializer.Deserialize<IssuerKeys>(File.ReadAllText(Path.Combine(folder, FileName)))!;

    /// <summary>How long ago they were made; very long, if a run was stopped before they were.</summary>
    public static TimeSpan Age(string folder) =>
        TimeProvider.System.GetUtcNow().UtcDateTime - File.GetLastWriteTimeUtc(Path.Combine(folder, FileName));

    public void Write(string folder) =>
        File.WriteAllText(Path.Combine(folder, FileName), JsonSerializer.Serialize(this));

    public SigningCredentials For(string algorithm) => algorithm switch
    {
        SecurityAlgorithms.HmacSha256 => new(new SymmetricSecurityKey(Encoding.UTF8.GetBytes(Secret)), algorithm),
        SecurityAlgorithms.RsaSha256 => new(new RsaSecurityKey(Rsa()) { KeyId = "rsa" }, algorithm),
        SecurityAlgorithms.EcdsaSha256 => new(new ECDsaSecurityKey(Ecdsa()) { KeyId = "ecdsa" }, algorithm),
        _ => throw new ArgumentOutOfRangeException(nameof(algorithm), algorithm, "HS256, RS256 or ES256."),
    };

    private RSA Rsa()
    {
        var rsa = RSA.Create();
        rsa.ImportFromPem(RsaPem);
        return rsa;
    }

    private ECDsa Ecdsa()
    {
        var ecdsa = ECDsa.Create();
        ecdsa.ImportFromPem(EcdsaPem);
        return ecdsa;
    }
}
