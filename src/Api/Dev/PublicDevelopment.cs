using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Curfew.Api.Dev;

/// <summary>Says at start when Development listens where others can reach it: its issuer's tokens are for trying things out.</summary>
internal static partial class PublicDevelopment
{
    public static void WarnOfPublicDevelopment(this WebApplication app)
    {
        if (!app.Environment.IsDevelopment())
            return;
        app.Lifetime.ApplicationStarted.Register(() =>
        {
            var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses ?? [];
            foreach (var address in addresses.Where(IsPublic))
                LogPublic(app.Logger, address, DevIssuer.Name);
        });
    }

    private static bool IsPublic(string address)
    {
        var host = BindingAddress.Parse(address);
        return !host.IsUnixPipe && !host.IsNamedPipe && !host.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            && !(IPAddress.TryParse(host.Host, out var ip) && IPAddress.IsLoopback(ip));
    }

    [LoggerMessage(
        LogLevel.Warning,
        "The environment is Development, and {Address} can be reached from other machines. This process trusts {Issuer}, whose tokens are "
        + "for trying things out, administrators' included. Listen on 127.0.0.1, or set ASPNETCORE_ENVIRONMENT=Production.")]
    private static partial void LogPublic(ILogger logger, string address, string issuer);
}
