using System.Net.Sockets;
using System.Text;
using Curfew.Authentication.Tests.Hosting;

namespace Curfew.Authentication.Tests;

/// <summary>What stands in <c>Authorization</c>, byte by byte: a 401 or the server's own 400 and 431, never a 500.</summary>
public sealed class HeaderTests(TokenRefusalTests.App shared) : IClassFixture<TokenRefusalTests.App>
{
    private GuardedApp Guarded => shared.Guarded;

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("Bearer")]
    [InlineData("Bearer ")]
    [InlineData("Bearer    ")]
    [InlineData("Basic YTpi")]
    [InlineData("bear x")]
    [InlineData("{0}")]
    public async Task Without_a_bearer_token_the_answer_asks_for_one(string? header)
    {
        var answer = await RawAsync(header is null ? [] : [string.Format(null, header, Guarded.Mint.Token())]);
        Assert.StartsWith("HTTP/1.1 401", answer, StringComparison.Ordinal);
        Assert.Contains("\r\nWWW-Authenticate: Bearer\r\n", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Bearer {0} {0}")]
    [InlineData("Bearer {0},{0}")]
    [InlineData("Bearer {0}, Bearer {0}")]
    [InlineData("Bearer x")]
    [InlineData("Bearer ..")]
    [InlineData("Bearer ...")]
    [InlineData("Bearer a.b.c")]
    [InlineData("Bearer {0}.a.b")]
    [InlineData("Bearer \"{0}\"")]
    [InlineData("Bearer ÿþ")]
    public async Task What_is_no_token_is_refused(string header)
    {
        var answer = await RawAsync([string.Format(null, header, Guarded.Mint.Token())]);
        Assert.Matches("^HTTP/1.1 40[01]", answer);
        if (answer.StartsWith("HTTP/1.1 401", StringComparison.Ordinal))
            Assert.Contains("error_description=\"The token is invalid.\"", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("bearer {0}")]
    [InlineData("BEARER {0}")]
    [InlineData("Bearer  {0}")]
    public async Task The_schemes_name_has_no_case(string header) =>
        Assert.StartsWith("HTTP/1.1 200", await RawAsync([string.Format(null, header, Guarded.Mint.Token())]), StringComparison.Ordinal);

    [Fact]
    public async Task Two_headers_are_refused_whatever_stands_in_them()
    {
        var good = "Bearer " + Guarded.Mint.Token();
        foreach (var other in new[] { good, "Basic YTpi", "", "Bearer x" })
        {
            foreach (var headers in new[] { new[] { good, other }, [other, good] })
                Assert.StartsWith("HTTP/1.1 401", await RawAsync(headers), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Tokens_of_any_length_up_to_20_KiB_get_an_answer()
    {
        for (var length = 0; length <= 20 * 1024; length = length < 64 ? length + 7 : length + 997)
        {
            var answer = await RawAsync(["Bearer " + new string('a', length)]);
            Assert.Matches("^HTTP/1.1 (401|431)", answer);
        }

        // A true token is accepted up to the limit, and not beyond.
        var token = Guarded.Mint.Token(change: c => c["pad"] = new string('p', 11_000));
        Assert.StartsWith("HTTP/1.1 200", await RawAsync(["Bearer " + token]), StringComparison.Ordinal);
        var large = Guarded.Mint.Token(change: c => c["pad"] = new string('p', 12_300));
        Assert.True(large.Length > 16 * 1024);
        Assert.StartsWith("HTTP/1.1 401", await RawAsync(["Bearer " + large]), StringComparison.Ordinal);
    }

    private async Task<string> RawAsync(string[] authorization)
    {
        var address = Guarded.Client.BaseAddress!;
        using var client = new TcpClient();
        await client.ConnectAsync(address.Host, address.Port);
        var request = new StringBuilder("GET /me HTTP/1.1\r\nHost: test\r\nConnection: close\r\n");
        foreach (var header in authorization)
            request.Append("Authorization: ").Append(header).Append("\r\n");
        await using var stream = client.GetStream();
        await stream.WriteAsync(Encoding.Latin1.GetBytes(request.Append("\r\n").ToString()));
        using var reader = new StreamReader(stream, Encoding.Latin1);
        return await reader.ReadToEndAsync();
    }
}
