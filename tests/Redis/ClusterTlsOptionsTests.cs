using Curfew.Testing;

namespace Curfew.Redis.Tests;

/// <summary>What is wrong with a process's certificate is said before it starts, not when the others hang up on it.</summary>
public sealed class ClusterTlsOptionsTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("curfew-tls-").FullName;
    private readonly ClusterAuthority _authority = new("cluster");
    private readonly ClusterAuthority _others = new("cluster");

    private string Path => System.IO.Path.Combine(_directory, "node");

    [Fact]
    public void WithoutFiles_IsTaken() => Assert.Empty(new CurfewClusterOptions { Redis = "redis" }.Validate());

    [Fact]
    public void ACertificateOfTheAuthority_IsTaken()
    {
        Write(_authority.Issue());
        AssertTaken(isCalled: false);
        AssertTaken(isCalled: true);
    }

    [Fact]
    public void ACallersCertificate_IsTakenFromCallersOnly()
    {
        Write(_authority.Issue(uses: ClusterAuthority.Client));
        AssertTaken(isCalled: false);
        AssertRefused("TlsCertificateFile will be refused by the others as a silo's", isCalled: true);
    }

    [Fact]
    public void AServersCertificate_IsTakenFromNobody()
    {
        Write(_authority.Issue(uses: ClusterAuthority.Server));
        AssertRefused("TlsCertificateFile will be refused by the others: ");
    }

    [Fact]
    public void ACertificateThatHasEnded_IsRefused()
    {
        Write(_authority.Issue(hours: -1));
        AssertRefused("TlsCertificateFile will be refused by the others: ");
    }

    [Fact]
    public void AnotherAuthoritysCertificate_IsRefused()
    {
        Write(_others.Issue());
        AssertRefused("TlsCertificateFile will be refused by the others: ");
    }

    [Fact]
    public void TheAuthorityAmongOthers_IsEnough()
    {
        _others.Write(_directory, "node", _others.Issue(), _authority, _others);
        AssertTaken(isCalled: true);
    }

    [Fact]
    public void AnotherCertificatesKey_IsRefused()
    {
        Write((_authority.Issue().Certificate, _authority.Issue().Key));
        AssertRefused("TlsKeyFile must hold the private key");
    }

    [Theory]
    [InlineData(".crt", "TlsCertificateFile holds no certificate")]
    [InlineData(".key", "TlsKeyFile must hold the private key")]
    [InlineData(".ca", "TlsAuthorityFile holds no certificate")]
    public void WhatIsNoPem_IsRefused(string extension, string error)
    {
        Write(_authority.Issue());
        File.WriteAllText(Path + extension, "secret");
        AssertRefused(error);
    }

    [Theory]
    [InlineData(".crt", "TlsCertificateFile holds a certificate that can't be read")]
    [InlineData(".ca", "TlsAuthorityFile holds a certificate that can't be read")]
    public void AGarbledCertificate_IsRefused(string extension, string error)
    {
        Write(_authority.Issue());
        File.WriteAllText(Path + extension, "-----BEGIN CERTIFICATE-----\nc2VjcmV0\n-----END CERTIFICATE-----\n");
        AssertRefused(error);
    }

    [Theory]
    [InlineData(".crt")]
    [InlineData(".key")]
    [InlineData(".ca")]
    public void AFileThatIsNotThere_IsNamed(string extension)
    {
        Write(_authority.Issue());
        File.Delete(Path + extension);
        AssertRefused(Path + extension);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void TwoFilesOfThree_AreRefused(int missing)
    {
        Write(_authority.Issue());
        var options = Options(isCalled: false);
        _ = missing switch
        {
            0 => options.TlsCertificateFile = null,
            1 => options.TlsKeyFile = "",
            _ => options.TlsAuthorityFile = " ",
        };
        Assert.Contains("set all three, or none", Assert.Single(options.Validate()), StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _authority.Dispose();
        _others.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    private void Write((string Certificate, string Key) issued) => _authority.Write(_directory, "node", issued);

    private void AssertTaken(bool isCalled) => Assert.Empty(Options(isCalled).Validate());

    private void AssertRefused(string error, bool isCalled = false)
    {
        var said = Assert.Single(Options(isCalled).Validate());
        Assert.Contains(error, said, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", said, StringComparison.Ordinal);
        Assert.DoesNotContain("PRIVATE KEY", said, StringComparison.Ordinal);
    }

    private CurfewClusterOptions Options(bool isCalled) => new()
    {
        Redis = "redis",
        IsCalled = isCalled,
        TlsCertificateFile = Path + ".crt",
        TlsKeyFile = Path + ".key",
        TlsAuthorityFile = Path + ".ca",
    };
}
