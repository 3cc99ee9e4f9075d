using System.Security.Claims;
using Curfew.Bench.Harness;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Curfew.Bench.Load.Workload;

/// <summary>
/// The tokens that the contenders are sent, signed before they are needed and kept in files, one a line: an RSA
/// signature costs the issuer far more than its check costs the API. A folder of them serves the runs of half a day.
/// </summary>
internal sealed class IssuedTokens
{
    public const string Issuer = "https://issuer.example";
    public const string Audience = "api";
    public const int Users = 1_000;
    public const int TokensPerUser = 3;
    private const int Batch = 2_000;

    /// <summary>A day: as long as a token may live by default.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(1);

    private readonly JsonWebTokenHandler _handler = new() { SetDefaultTimesOnTokenCreation = false };

    private IssuedTokens(string folder, IssuerKeys keys) => (Folder, Keys) = (folder, keys);

    public string Folder { get; }

    public IssuerKeys Keys { get; }

    public static IssuedTokens Open()
    {
        var folder = new DirectoryInfo(Path.Combine(Repository.Root, "artifacts", "bench-load"));
        if (folder.Exists && IssuerKeys.Age(folder.FullName) > Lifetime / 2)
            folder.Delete(recursive: true);

        folder.Refresh();
        if (!folder.Exists)
        {
            folder.Create();
            IssuerKeys.Create().Write(folder.FullName);
        }

        return new IssuedTokens(folder.FullName, IssuerKeys.Read(folder.FullName));
    }

    /// <summary>The file of the tokens that every request may carry again.</summary>
    public Task<string> SeenAsync(string algorithm) => FileAsync("seen", algorithm, Users * TokensPerUser);

    /// <summary>A file of at least <paramref name="count"/> tokens, each meant to be sent once.</summary>
    public Task<string> FreshAsync(string algorithm, int count) => FileAsync("fresh", algorithm, count);

    private async Task<string> FileAsync(string kind, string algorithm, int count)
    {
        var file = Path.Combine(Folder, $"{kind}-{algorithm}.txt");
        var there = File.Exists(file) ? File.ReadLines(file).Count() : 0;
        if (there >= count)
            return file;

        var credentials = Keys.For(algorithm);
        await using var lines = File.AppendText(file);
        for (; there < count; there += Batch)
        {
            var first = there;
            var tokens = new string[Math.Min(Batch, count - first)];
            Parallel.For(0, tokens.Length, index => tokens[index] = Token(first + index, credentials));
            foreach (var token in tokens)
                await lines.WriteLineAsync(token);
        }

        return file;
    }

    private string Token(int index, SigningCredentials credentials)
    {
        var now = TimeProvider.System.GetUtcNow().UtcDateTime;
        return _handler.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = Issuer,
            Audience = Audience,
            Subject = new ClaimsIdentity(
            [
                new Claim("sub", $"user-{index % Users}"),
                new Claim("jti", Guid.NewGuid().ToString("N")),
                new Claim("sid", Guid.NewGuid().ToString("N")),
                new Claim("client_id", "web"),
                new Claim("scope", "openid profile api"),
            ]),
            IssuedAt = now,
            Expires = now + Lifetime,
            SigningCredentials = credentials,
        });
    }
}
