using System.Globalization;
using System.Security.Cryptography;
using Curfew.Api.Access;
using Curfew.Api.Hosting;

namespace Curfew.Api.Dev;

/// <summary>
/// The service's own issuer, in Development only: a key made at first start and kept in the data directory, trusted
/// beside what is configured.
/// </summary>
internal sealed class DevIssuer(byte[] key, string audience)
{
    public const string Name = "curfew-dev";

    public byte[] Key => key;

    /// <summary>What a token is for when its request doesn't say: the first audience that is accepted.</summary>
    public string Audience => audience;

    public static DevIssuer Open(string dataDirectory, string audience)
    {
        Directory.CreateDirectory(dataDirectory);
        var path = Path.Combine(dataDirectory, "dev-issuer.key");
        if (!File.Exists(path))
        {
            // Written aside and linked: two first starts at once agree on one key, and nobody reads half of one.
            var draft = Path.Combine(dataDirectory, $".dev-issuer.{Environment.ProcessId}.{Guid.NewGuid():N}");
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            using (var file = new FileStream(draft, options))
            {
                file.Write(RandomNumberGenerator.GetBytes(32));
                file.Flush(flushToDisk: true);
            }

            try
            {
                File.Move(draft, path, overwrite: false);
            }
            catch (IOException) when (File.Exists(path))
            {
                File.Delete(draft);
            }
        }

        var key = File.ReadAllBytes(path);
        return key.Length == 32
            ? new DevIssuer(key, audience)
            : throw new InvalidOperationException($"{path} is not a key of 32 bytes: delete it, and a new one is made.");
    }

    /// <summary>The settings by which the standard section trusts this issuer, too.</summary>
    public IEnumerable<KeyValuePair<string, string?>> ToSettings(IConfiguration configuration)
    {
        var bearer = configuration.GetSection(ConfiguredIssuers.Section);
        var key = $"{ConfiguredIssuers.Section}:SigningKeys:{Next(bearer, "SigningKeys")}";
        yield return new($"{key}:Id", "curfew-dev");
        yield return new($"{key}:Issuer", Name);
        yield return new($"{key}:Value", Convert.ToBase64String(Key));
        yield return new($"{key}:Length", Key.Length.ToString(CultureInfo.InvariantCulture));
        yield return new($"{ConfiguredIssuers.Section}:ValidIssuers:{Next(bearer, "ValidIssuers")}", Name);
        if (FirstAudience(configuration) is null)
            yield return new($"{ConfiguredIssuers.Section}:ValidAudiences:0", Audience);
    }

    public static string? FirstAudience(IConfiguration configuration)
    {
        var bearer = configuration.GetSection(ConfiguredIssuers.Section);
        return bearer["ValidAudience"] is { Length: > 0 } one ? one
            : bearer.GetSection("ValidAudiences").GetChildren().FirstOrDefault()?.Value;
    }

    // Past every index in use, whatever source it is from.
    private static int Next(IConfigurationSection section, string list) =>
        section.GetSection(list).GetChildren()
            .Select(child => int.TryParse(child.Key, CultureInfo.InvariantCulture, out var index) ? index + 1 : 0)
            .DefaultIfEmpty(0)
            .Max();
}

internal static class DevIssuerExtensions
{
    public static void AddDevIssuer(this WebApplicationBuilder builder)
    {
        if (!builder.Environment.IsDevelopment())
            return;
        var issuer = DevIssuer.Open(
            HostingOptions.Of(builder.Configuration).DataDirectory, DevIssuer.FirstAudience(builder.Configuration) ?? "curfew");
        builder.Configuration.AddInMemoryCollection(issuer.ToSettings(builder.Configuration).ToList());
        builder.Services.AddSingleton(issuer);
    }
}
