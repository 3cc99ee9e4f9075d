using System.Net;

namespace Curfew.Authentication.Tests.Hosting;

public static class AnswerAssertions
{
    /// <summary>401 with <c>invalid_token</c> and one word of why (RFC 6750, 3).</summary>
    public static void AssertRefused(this HttpResponseMessage answer, string why)
    {
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        var challenge = Assert.Single(answer.Headers.WwwAuthenticate);
        Assert.Equal("Bearer", challenge.Scheme);
        Assert.Contains("error=\"invalid_token\"", challenge.Parameter, StringComparison.Ordinal);
        Assert.Contains(why, challenge.Parameter, StringComparison.Ordinal);
    }

    /// <summary>401 with the scheme's name alone: nothing was presented.</summary>
    public static void AssertAsksForToken(this HttpResponseMessage answer)
    {
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Equal("Bearer", Assert.Single(answer.Headers.WwwAuthenticate).ToString());
    }

    public static void AssertUnknown(this HttpResponseMessage answer)
    {
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.NotNull(answer.Headers.RetryAfter);
    }

    public static void AssertAccepted(this HttpResponseMessage answer) => Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
}
