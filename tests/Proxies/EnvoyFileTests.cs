namespace Curfew.Proxies.Tests;

/// <summary>Envoy itself is not run: its file is checked for what it must say.</summary>
public sealed class EnvoyFileTests
{
    private static readonly string[] _identity = ["x-auth-subject", "x-auth-issuer", "x-auth-token-id", "x-auth-scope"];

    private readonly Yaml _file = Yaml.Read("envoy.yaml");

    private Yaml Connections =>
        _file["static_resources.listeners"].Named("app")["filter_chains"].Items[0]["filters"]
            .Named("envoy.filters.network.http_connection_manager")["typed_config"];

    private Yaml Authorization => Connections["http_filters"].Named("envoy.filters.http.ext_authz")["typed_config"];

    [Fact]
    public void Curfew_is_asked_before_anything_is_routed()
    {
        Assert.Equal(
            ["envoy.filters.http.ext_authz", "envoy.filters.http.router"],
            Connections["http_filters"].Items.Select(filter => filter["name"].Text));
        Assert.Equal("/verify", Authorization["http_service.path_prefix"].Text);
        Assert.DoesNotContain("with_request_body", Authorization.Keys);
    }

    // Red with failure_mode_allow: true.
    [Fact]
    public void No_answer_is_503_and_never_let_through()
    {
        Assert.Equal("false", Authorization["failure_mode_allow"].Text);
        Assert.Equal("ServiceUnavailable", Authorization["status_on_error.code"].Text);
        Assert.Equal("5s", Authorization["http_service.server_uri.timeout"].Text);
    }

    [Fact]
    public void Clusters_that_are_named_exist()
    {
        var clusters = _file["static_resources.clusters"];
        var route = Connections["route_config.virtual_hosts"].Items[0]["routes"].Items[0]["route.cluster"].Text;
        foreach (var (name, port) in new[] { (Authorization["http_service.server_uri.cluster"].Text, "5080"), (route, "8080") })
        {
            var cluster = clusters.Named(name);
            Assert.Equal(name, cluster["load_assignment.cluster_name"].Text);
            Assert.Equal("1s", cluster["connect_timeout"].Text);
            var address = cluster["load_assignment.endpoints"].Items[0]["lb_endpoints"].Items[0]["endpoint.address.socket_address"];
            Assert.Equal(("127.0.0.1", port), (address["address"].Text, address["port_value"].Text));
        }
    }

    // Curfew is asked with /verify and the client's path: with "/../health/live" and no normalization, that would be a page
    // of Curfew's own, which answers 200 to anyone.
    [Fact]
    public void A_path_cant_lead_out_of_verify()
    {
        Assert.Equal("true", Connections["normalize_path"].Text);
        Assert.Equal("true", Connections["merge_slashes"].Text);
        Assert.Equal("REJECT_REQUEST", Connections["path_with_escaped_slashes_action"].Text);
    }

    [Fact]
    public void Identity_headers_come_from_curfew_alone()
    {
        var early = Connections["early_header_mutation_extensions"].Named("envoy.http.early_header_mutation.header_mutation");
        Assert.Equal(_identity, early["typed_config.mutations"].Items.Select(mutation => mutation["remove"].Text));
        Assert.Equal("DROP_HEADER", Connections["common_http_protocol_options.headers_with_underscores_action"].Text);
        Assert.Equal(
            _identity,
            Authorization["http_service.authorization_response.allowed_upstream_headers.patterns"].Items
                .Select(pattern => pattern["exact"].Text));
    }
}
