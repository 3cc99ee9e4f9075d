using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.Tokens;

namespace Curfew.Authentication.Tests.Hosting;

public static class TestKeys
{
    /// <summary>An issuer <c>https://ec.test/</c> whose key was added in code.</summary>
    public static void AddEcKey(this IServiceCollection services, ECDsa key) =>
        services.Configure<CurfewBearerOptions>("Bearer", options => options.SigningKeys.Add(
            new IssuerSigningKey("https://ec.test/", new ECDsaSecurityKey(ECDsa.Create(key.ExportParameters(false))))));
}
