using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Options;

namespace Sample.Introspection;

/// <summary>Asks Curfew about a token (RFC 7662).</summary>
public sealed class CurfewClient
{
    private readonly HttpClient _http;

    public CurfewClient(HttpClient http, IOptionsMonitor<CurfewOptions> options)
    {
        var own = options.Get(CurfewIntrospectionExtensions.Scheme);

        // RFC 6749, 2.3.1: both are form-encoded first.
        var credentials = $"{Uri.EscapeDataString(own.ClientId)}:{Uri.EscapeDataString(own.ClientSecret)}";
        http.DefaultRequestHeaders.Authorization =
            new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.ASCII.GetBytes(credentials)));
        http.BaseAddress = own.Url;
        http.Timeout = TimeSpan.FromSeconds(5);
        _http = http;
    }

    /// <exception cref="CurfewUnavailableException">There is no answer, or none that says yes or no.</exception>
    public async Task<IntrospectedToken> IntrospectAsync(string token, CancellationToken cancellationToken)
    {
        try
        {
            using var form = new FormUrlEncodedContent([new("token", token)]);
            using var answer = await _http.PostAsync(new Uri("/oauth/introspect", UriKind.Relative), form, cancellationToken);
            answer.EnsureSuccessStatusCode();
            return await answer.Content.ReadFromJsonAsync<IntrospectedToken>(cancellationToken)
                ?? throw new JsonException("The answer is null.");
        }
        catch (Exception e) when (e is HttpRequestException or JsonException
            || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw new CurfewUnavailableException(e);
        }
    }
}
