using System.Net;

namespace Curfew.Api.Tests.OAuth;

/// <summary>
/// Which client may do what with whose token: the client's own, another's, one that names none. Seen red with MayIntrospect and with
/// MayRevokeAny not asked for.
/// </summary>
public sealed class OAuthAccessTests(OAuthHost shared) : OAuthTest(shared)
{
    public static TheoryData<string, string, string, int, string> Table
    {
        get
        {
            var table = new TheoryData<string, string, string, int, string>();
            foreach (var (path, client, own, others, nobodys) in Rows)
            {
                foreach (var (token, expected) in new[] { ("own", own), ("another's", others), ("nobody's", nobodys) })
                {
                    var (status, error) = expected.Split(' ') is [var code, var name] ? (code, name) : (expected, "");
                    table.Add(path, client, token, int.Parse(status, System.Globalization.CultureInfo.InvariantCulture), error);
                }
            }

            return table;
        }
    }

    private static readonly (string Path, string Client, string Own, string Others, string Nobodys)[] Rows =
    [
        ("/oauth/revoke", "no client", "401 invalid_client", "401 invalid_client", "401 invalid_client"),
        ("/oauth/revoke", "app", "200", "400 unauthorized_client", "400 unauthorized_client"),
        ("/oauth/revoke", "may not introspect", "200", "400 unauthorized_client", "400 unauthorized_client"),
        ("/oauth/revoke", "may revoke any", "200", "200", "200"),
        ("/oauth/introspect", "no client", "401 invalid_client", "401 invalid_client", "401 invalid_client"),
        ("/oauth/introspect", "app", "200", "200", "200"),
        ("/oauth/introspect", "may not introspect", "401 unauthorized_client", "401 unauthorized_client", "401 unauthorized_client"),
        ("/oauth/introspect", "may revoke any", "200", "200", "200"),
    ];

    [Theory]
    [MemberData(nameof(Table))]
    public async Task Client_Token_Status(string path, string client, string whose, int status, string error)
    {
        Credentials? caller = client switch
        {
            "app" => OAuthHost.App,
            "may not introspect" => OAuthHost.Other,
            "may revoke any" => OAuthHost.Gateway,
            _ => null,
        };
        var token = TokenOf(whose switch { "own" => caller, "another's" => OAuthHost.Odd, _ => null });
        var answer = await PostAsync(path, caller?.Basic, ("token", token));
        if (error.Length > 0)
            await AssertError(answer, (HttpStatusCode)status, error);
        else
            Assert.Equal((HttpStatusCode)status, answer.StatusCode);
        if (path == "/oauth/revoke" && status == 200)
            await AssertRevoked(token);
        else
            await AssertAccepted(token);
    }
}
