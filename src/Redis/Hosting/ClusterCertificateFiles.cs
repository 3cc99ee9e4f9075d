namespace Curfew.Redis.Hosting;

/// <summary>The texts of the three files.</summary>
internal sealed record ClusterCertificateFiles(string Certificate, string Key, string Authority)
{
    /// <exception cref="IOException">One of them can't be read; likewise <see cref="UnauthorizedAccessException"/>.</exception>
    public static ClusterCertificateFiles Read(CurfewClusterOptions options) =>
        new(File.ReadAllText(options.TlsCertificateFile!), File.ReadAllText(options.TlsKeyFile!), File.ReadAllText(options.TlsAuthorityFile!));

    /// <summary>Says nothing of what is in them: one is a secret.</summary>
    public override string ToString() => nameof(ClusterCertificateFiles);
}
