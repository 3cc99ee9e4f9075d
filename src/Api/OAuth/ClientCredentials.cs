using System.Text;
using Curfew.Api.Errors;

namespace Curfew.Api.OAuth;

/// <summary>The id and secret by which a client says who it is (RFC 6749, 2.3.1).</summary>
internal readonly record struct ClientCredentials(string Id, string Secret)
{
    private const string Basic = "Basic ";

    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    /// <summary>The credentials; both null: there are none that we know. An error: there is more than one method.</summary>
    public static (ClientCredentials? Credentials, string? Error) Read(HttpRequest request, FormBody form)
    {
        var headers = request.Headers.Authorization;
        var (id, secret) = (form["client_id"], form["client_secret"]);
        if (headers.Count > 1 || (headers.Count == 1 && secret is not null))
            return (null, "More than one method of client authentication is used.");
        if (headers.Count == 0)
            return (id is not null && secret is not null ? new(id, secret) : null, null);
        var basic = ReadBasic(headers[0] ?? "");
        return basic is not null && id is not null && id != basic.Value.Id
            ? (null, "client_id is not the client that authenticates.")
            : (basic, null);
    }

    private static ClientCredentials? ReadBasic(string header)
    {
        if (!header.StartsWith(Basic, StringComparison.OrdinalIgnoreCase))
            return null;
        var base64 = header[Basic.Length..].Trim();
        var bytes = new byte[base64.Length];
        if (!Convert.TryFromBase64String(base64, bytes, out var length))
            return null;
        try
        {
            var text = StrictUtf8.GetString(bytes, 0, length);
            var colon = text.IndexOf(':', StringComparison.Ordinal);
            return colon <= 0 ? null : new(FormDecode(text[..colon]), FormDecode(text[(colon + 1)..]));
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    // Both were form-urlencoded before they were joined.
    private static string FormDecode(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));
}
