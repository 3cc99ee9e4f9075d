using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Curfew.Redis.Hosting;

/// <summary>What a process shows to the others of its cluster, and whom it takes for one of them.</summary>
/// <param name="Own">Its certificate and what leads from there to the authority.</param>
/// <param name="Authorities">Those whose certificates are taken, and no others: not even the machine's own.</param>
internal sealed record ClusterCertificate(SslStreamCertificateContext Own, X509Certificate2Collection Authorities)
{
    private static readonly Oid ServerAuthentication = new("1.3.6.1.5.5.7.3.1");
    private static readonly Oid ClientAuthentication = new("1.3.6.1.5.5.7.3.2");

    /// <summary>Takes files as they were read.</summary>
    /// <exception cref="CryptographicException">One of them isn't what it should be; the message says which, and never quotes it.</exception>
    public static ClusterCertificate Parse(ClusterCertificateFiles files)
    {
        var chain = Certificates(files.Certificate, nameof(CurfewClusterOptions.TlsCertificateFile));
        var authorities = Certificates(files.Authority, nameof(CurfewClusterOptions.TlsAuthorityFile));
        try
        {
            var own = X509Certificate2.CreateFromPem(files.Certificate, files.Key);
            chain.RemoveAt(0);

            // Offline: what is missing in the file isn't asked for on the network.
            return new(SslStreamCertificateContext.Create(own, chain, offline: true), authorities);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw new CryptographicException(
                $"{nameof(CurfewClusterOptions.TlsKeyFile)} must hold the private key of {nameof(CurfewClusterOptions.TlsCertificateFile)}'s first certificate, "
                + "as PEM, not encrypted.", e);
        }
    }

    /// <summary>By what a peer's certificate is judged. A new one for each connection, which adds to it what the peer is to be.</summary>
    public X509ChainPolicy Policy()
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        };
        policy.CustomTrustStore.AddRange(Authorities);
        return policy;
    }

    /// <summary>Why the others will refuse it; null when they won't.</summary>
    /// <param name="isCalled">Whether others connect to it, too.</param>
    public string? Refusal(bool isCalled)
    {
        foreach (var use in isCalled ? [ClientAuthentication, ServerAuthentication] : (Oid[])[ClientAuthentication])
        {
            using var chain = new X509Chain { ChainPolicy = Policy() };
            chain.ChainPolicy.ApplicationPolicy.Add(use);
            chain.ChainPolicy.ExtraStore.AddRange(Own.IntermediateCertificates.ToArray());
            if (!chain.Build(Own.TargetCertificate))
                return string.Join(' ', chain.ChainStatus.Select(status => status.StatusInformation.Trim()).Distinct());
        }

        return null;
    }

    private static X509Certificate2Collection Certificates(string pem, string option)
    {
        var certificates = new X509Certificate2Collection();
        try
        {
            certificates.ImportFromPem(pem);
        }
        catch (CryptographicException e)
        {
            throw new CryptographicException($"{option} holds a certificate that can't be read.", e);
        }

        return certificates.Count > 0 ? certificates : throw new CryptographicException($"{option} holds no certificate: it must be PEM.");
    }
}
