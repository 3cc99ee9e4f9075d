using System.Net.Security;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Connections.Security;

namespace Curfew.Redis.Hosting;

/// <summary>
/// Mutual TLS between silos and API nodes: each shows a certificate of the cluster's own authority, and takes nobody who doesn't. The
/// files are read for each handshake, so that a renewed certificate needs no restart.
/// </summary>
internal sealed partial class ClusterTls(IOptions<CurfewClusterOptions> options, ILogger<ClusterTls> logger)
{
    private readonly Lock _lock = new();
    private (ClusterCertificateFiles Files, ClusterCertificate Certificate)? _last;

    /// <summary>Whether it is asked for. Else connections are what they always were.</summary>
    public bool IsOn => options.Value.TlsCertificateFile is not null;

    public TlsOptions Options => new()
    {
        // No names: silos are known by their address, as the membership table in Redis has it. What counts is the authority, which is
        // why it should sign for this cluster alone.
        RemoteCertificateValidation = (_, _, errors) => (errors & ~SslPolicyErrors.RemoteCertificateNameMismatch) == SslPolicyErrors.None,
        LocalServerCertificateSelector = (_, _) => Current().Own.TargetCertificate,
        LocalClientCertificateSelector = (_, _, _, _, _) => Current().Own.TargetCertificate,
        OnAuthenticateAsServer = (_, tls) =>
        {
            var (server, current) = ((SslServerAuthenticationOptions)tls.SslServerAuthenticationOptions, Current());
            server.ServerCertificateSelectionCallback = null;
            server.ServerCertificateContext = current.Own;
            server.CertificateChainPolicy = current.Policy();
            server.AllowTlsResume = false;
        },
        OnAuthenticateAsClient = (_, tls) =>
        {
            var (client, current) = ((SslClientAuthenticationOptions)tls.SslClientAuthenticationOptions, Current());
            client.LocalCertificateSelectionCallback = null;
            client.ClientCertificateContext = current.Own;
            client.CertificateChainPolicy = current.Policy();
            client.TargetHost = options.Value.Name;
            client.AllowTlsResume = false;
        },
    };

    // Compared as texts, not by their times: what Kubernetes mounts are links, whose times stay when what they lead to is replaced. While
    // one file is renewed and another not yet, and whenever they can't be read, it stays with what it has.
    private ClusterCertificate Current()
    {
        lock (_lock)
        {
            try
            {
                var files = ClusterCertificateFiles.Read(options.Value);
                if (_last?.Files != files)
                {
                    var renewed = ClusterCertificate.Parse(files);
                    if (renewed.Refusal(options.Value.IsCalled) is { } refusal)
                        throw new CryptographicException($"it will be refused by the others: {refusal}");
                    if (_last is not null)
                        LogRenewed(renewed.Own.TargetCertificate.NotAfter.ToUniversalTime());
                    _last = (files, renewed);
                }
            }
            catch (Exception e) when (_last is not null && e is IOException or UnauthorizedAccessException or CryptographicException)
            {
                LogNotRenewed(e.Message);
            }

            return _last!.Value.Certificate;
        }
    }

    [LoggerMessage(1, LogLevel.Information, "The certificate of this process was renewed, valid until {NotAfter:u}.")]
    private partial void LogRenewed(DateTime notAfter);

    [LoggerMessage(2, LogLevel.Error, "A renewed certificate can't be used; the one from before is: {Reason}")]
    private partial void LogNotRenewed(string reason);
}
