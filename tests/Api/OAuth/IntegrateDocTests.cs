using System.Net;
using System.Text;
using Curfew.Api.Tests.Hosting;
using Microsoft.Extensions.Configuration;

namespace Curfew.Api.Tests.OAuth;

/// <summary>The settings in docs/integrate.md are ones that the service starts with.</summary>
public sealed class IntegrateDocTests
{
    [Fact]
    public async Task Settings_EndpointsServed()
    {
        var text = await File.ReadAllTextAsync(Path.Combine(Root(), "docs", "integrate.md"));
        var json = text.Split("```json")[1].Split("```")[0];
        var documented = new ConfigurationBuilder().AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(json))).Build();
        await using var api = await ApiHost.StartAsync(change: settings =>
        {
            foreach (var name in settings.Keys.Where(name => name.StartsWith("Authentication:", StringComparison.Ordinal)
                || name.StartsWith("Curfew:Admin:", StringComparison.Ordinal)).ToList())
            {
                settings.Remove(name);
            }

            foreach (var (name, value) in documented.AsEnumerable().Where(entry => entry.Value is not null))
                settings[name] = value;
        });
        using var form = new FormUrlEncodedContent([new("token", "opaque")]);
        Assert.Equal(HttpStatusCode.Unauthorized, (await api.Client.PostAsync("/oauth/introspect", form)).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await api.Client.PostAsync("/events/backchannel-logout", null)).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await api.Client.PostAsync("/events/sets", null)).StatusCode);
    }

    private static string Root()
    {
        var directory = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(directory, "Orleans.sln")))
            directory = Path.GetDirectoryName(directory)!;
        return directory;
    }
}
