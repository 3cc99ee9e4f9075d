using System.Security.Cryptography;
using System.Text;
using Curfew.Api.Errors;
using Microsoft.Extensions.Options;

namespace Curfew.Api.OAuth;

/// <summary>Knows the configured clients by their secrets.</summary>
internal sealed class ClientAuthentication
{
    private readonly Dictionary<string, (OAuthClient Client, byte[] Hash)> _clients = new(StringComparer.Ordinal);

    // What the secret of an unknown client is compared with: whether a client exists can't be told by the time it takes.
    private readonly byte[] _nobody = RandomNumberGenerator.GetBytes(SHA256.HashSizeInBytes);

    public ClientAuthentication(IOptions<OAuthClientOptions> options)
    {
        foreach (var client in options.Value.Clients)
            _clients.Add(client.ClientId, (client, Convert.FromHexString(client.SecretSha256)));
    }

    /// <summary>The client and what it sent; or the answer that it gets.</summary>
    public async ValueTask<(OAuthRequest? Request, IResult? Error)> ReadAsync(HttpContext context, CancellationToken aborted)
    {
        var (form, error) = await FormBody.ReadAsync(context.Request, aborted);
        if (form is null)
            return (null, OAuthError.InvalidRequest(error!));
        var (credentials, confusion) = ClientCredentials.Read(context.Request, form);
        if (confusion is not null)
            return (null, OAuthError.InvalidRequest(confusion));
        if (credentials is not { } known || Find(known) is not { } client)
            return (null, Unauthorized(context, "invalid_client", "The client could not be authenticated."));
        return form["token"] is { } token
            ? (new OAuthRequest(client, token), null)
            : (null, OAuthError.InvalidRequest("token is required."));
    }

    /// <summary>401, with the method by which a client can authenticate (RFC 6749, 5.2).</summary>
    public static IResult Unauthorized(HttpContext context, string code, string description)
    {
        context.Response.Headers.WWWAuthenticate = "Basic realm=\"curfew\", charset=\"UTF-8\"";
        return OAuthError.Answer(StatusCodes.Status401Unauthorized, code, description);
    }

    private OAuthClient? Find(ClientCredentials credentials)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(credentials.Secret), hash);
        var known = _clients.TryGetValue(credentials.Id, out var entry);
        var equal = CryptographicOperations.FixedTimeEquals(hash, known ? entry.Hash : _nobody);
        return known && equal ? entry.Client : null;
    }
}

/// <summary>An authenticated client and the token that it asks about.</summary>
internal sealed record OAuthRequest(OAuthClient Client, string Token);
