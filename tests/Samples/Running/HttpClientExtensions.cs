namespace Curfew.Samples.Tests.Running;

internal static class HttpClientExtensions
{
    public static async Task<HttpResponseMessage> SendWithAsync(this HttpClient client, HttpMethod method, string path, string? token)
    {
        using var request = new HttpRequestMessage(method, path);
        if (token is not null)
            request.Headers.Authorization = new("Bearer", token);
        return await client.SendAsync(request);
    }

    public static async Task AssertStatusAsync(this HttpClient client, int status, string path, string? token)
    {
        using var answer = await client.SendWithAsync(HttpMethod.Get, path, token);
        Assert.True(status == (int)answer.StatusCode, $"{path}: {(int)answer.StatusCode} instead of {status}. {answer.Headers}{await answer.Content.ReadAsStringAsync()}");
    }

    public static async Task LogOutAsync(this HttpClient client, string token, string path = "/logout")
    {
        using var answer = await client.SendWithAsync(HttpMethod.Post, path, token);
        Assert.True(answer.IsSuccessStatusCode, $"{path}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
    }
}
