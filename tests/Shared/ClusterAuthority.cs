using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Curfew.Testing;

/// <summary>An authority that a cluster's operator made, and the certificates that it signs.</summary>
internal sealed class ClusterAuthority : IDisposable
{
    public const string Server = "1.3.6.1.5.5.7.3.1";
    public const string Client = "1.3.6.1.5.5.7.3.2";

    private readonly ECDsa _key;
    private readonly X509Certificate2 _certificate;

    public ClusterAuthority(string name)
    {
        _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", _key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        _certificate = request.CreateSelfSigned(Now.AddDays(-30), Now.AddDays(30));
    }

    /// <summary>One whose files are there.</summary>
    public ClusterAuthority(string certificateFile, string keyFile)
    {
        _certificate = X509CertificateLoader.LoadCertificateFromFile(certificateFile);
        _key = ECDsa.Create();
        _key.ImportFromPem(File.ReadAllText(keyFile));
    }

    /// <summary>How others are to call one that takes its place.</summary>
    public string Name => _certificate.GetNameInfo(X509NameType.SimpleName, false);

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    public string Pem => _certificate.ExportCertificatePem();

    /// <summary>A certificate and its key, as PEM.</summary>
    /// <param name="hours">Until it ends; below 0: it has ended.</param>
    /// <param name="uses">The extended usages; none: it says nothing of them.</param>
    public (string Certificate, string Key) Issue(double hours = 10, params string[] uses)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=curfew", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        if (uses.Length > 0)
            request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([.. uses.Select(use => new Oid(use))], false));
        using var certificate = Sign(this, request, Now.AddHours(hours));
        return (certificate.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem());
    }

    /// <summary>Writes the three files of a process, and gives its settings.</summary>
    /// <param name="trusted">The authorities that it takes; none: this one.</param>
    public (string Name, string Value)[] Write(string directory, string name, (string Certificate, string Key) issued, params ClusterAuthority[] trusted)
    {
        var path = Path.Combine(Directory.CreateDirectory(directory).FullName, name);
        File.WriteAllText(path + ".crt", issued.Certificate);
        File.WriteAllText(path + ".key", issued.Key);
        File.WriteAllText(path + ".ca", string.Join('\n', (trusted.Length > 0 ? trusted : [this]).Select(authority => authority.Pem)));
        return Settings(path, path + ".ca");
    }

    /// <summary>Of a process whose certificate and key are called that.</summary>
    public static (string Name, string Value)[] Settings(string path, string authority) =>
    [
        ("Curfew:Cluster:TlsCertificateFile", path + ".crt"),
        ("Curfew:Cluster:TlsKeyFile", path + ".key"),
        ("Curfew:Cluster:TlsAuthorityFile", authority),
    ];

    public void Dispose()
    {
        _certificate.Dispose();
        _key.Dispose();
    }

    // Authorities that follow one another may have the same name: which key it was must be said.
    private static X509Certificate2 Sign(ClusterAuthority by, CertificateRequest request, DateTimeOffset until)
    {
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(by._certificate, true, false));
        return request.Create(
            by._certificate.SubjectName, X509SignatureGenerator.CreateForECDsa(by._key), Now.AddDays(-1), until, RandomNumberGenerator.GetBytes(16));
    }
}
