using System.Net;

namespace Curfew.Samples.Tests.Running;

internal static class HttpClientExtensions
{
    private const int Attempts = 10;

    public static async Task<HttpResponseMessage> SendWithAsync(this HttpClient client, HttpMethod method, string path, string? token)
    {
        using var request = new HttpRequestMessage(method, path);
        if (token is not null)
            request.Headers.Authorization = new("Bearer", token);
        return await client.SendAsync(request);
    }

    /// <summary>Repeats what is answered with 503, as its <c>Retry-After</c> asks for: on a busy machine the first answer comes late.</summary>
    public static async Task AssertStatusAsync(this HttpClient client, int status, string path, string? token)
    {
        var answer = await client.SendWithAsync(HttpMethod.Get, path, token);
        for (var attempt = 1; answer.StatusCode == HttpStatusCode.ServiceUnavailable && status != 503 && attempt < Attempts; attempt++)
        {
            answer.Dispose();
            await Task.Delay(answer.Headers.RetryAfter?.Delta ?? TimeSpan.Zero, TimeProvider.System);
            answer = await client.SendWithAsync(HttpMethod.Get, path, token);
        }

        using var last = answer;
        Assert.True(status == (int)answer.StatusCode, $"{path}: {(int)answer.StatusCode} instead of {status}. {answer.Headers}{await answer.Content.ReadAsStringAsync()}");
    }

    public static async Task LogOutAsync(this HttpClient client, string token, string path = "/logout")
    {
        using var answer = await client.SendWithAsync(HttpMethod.Post, path, token);
        Assert.True(answer.IsSuccessStatusCode, $"{path}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
    }
}
