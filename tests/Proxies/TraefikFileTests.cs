using System.Text.RegularExpressions;

namespace Curfew.Proxies.Tests;

/// <summary>Traefik itself is not run: its file is checked for what it must say.</summary>
public sealed class TraefikFileTests
{
    private readonly Yaml _file = Yaml.Read("traefik.yml");

    [Fact]
    public void Every_router_asks_curfew_first()
    {
        var routers = _file["http.routers"];
        Assert.NotEmpty(routers.Keys);
        foreach (var router in routers.Keys)
        {
            Assert.Equal("curfew", routers[router]["middlewares"].Items[0].Text);
            Assert.Contains(routers[router]["service"].Text, _file["http.services"].Keys);
        }
    }

    [Fact]
    public void Curfew_is_asked_at_its_own_path_with_the_token_alone()
    {
        var auth = _file["http.middlewares.curfew.forwardAuth"];
        Assert.Equal("http://127.0.0.1:5080/verify", auth["address"].Text);
        Assert.Equal(["Authorization"], auth["authRequestHeaders"].Items.Select(item => item.Text));
        Assert.Equal("false", auth["trustForwardHeader"].Text);
        Assert.Equal("false", auth["forwardBody"].Text);
    }

    // Traefik removes what the expression matches from the request, whatever Curfew answered. It sees names as Go writes
    // them: X-Auth-Subject, but X_auth_subject. Red without "(?i)", and with "^X-Auth-".
    [Theory]
    [InlineData("X-Auth-Subject", true)]
    [InlineData("X-Auth-Scope", true)]
    [InlineData("X-Auth-Token-Id", true)]
    [InlineData("X-Auth-Issuer", true)]
    [InlineData("X_auth_subject", true)]
    [InlineData("X-Auth_subject", true)]
    [InlineData("X_auth-Subject", true)]
    [InlineData("X-Auth-Anything", true)]
    [InlineData("X-Author", false)]
    [InlineData("Authorization", false)]
    public void Identity_headers_come_from_curfew_alone(string header, bool replaced)
    {
        var expression = _file["http.middlewares.curfew.forwardAuth.authResponseHeadersRegex"].Text;
        Assert.Equal(replaced, Regex.IsMatch(header, expression, RegexOptions.CultureInvariant));
    }
}
