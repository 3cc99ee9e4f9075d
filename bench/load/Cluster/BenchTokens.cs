namespace Curfew.Bench.Load.Cluster;

/// <summary>Verified tokens, as the check gets them: what is measured here begins after the signature.</summary>
internal static class BenchTokens
{
    public static TokenIdentity Of(string prefix, int user)
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        return new(new UserKey("https://issuer.example", $"{prefix}-{user:D8}"), TokenId.FromJti($"{prefix}-token-{user:D8}"), now, now + 3600)
        {
            Session = $"{prefix}-session-{user:D8}",
            ClientId = "web",
        };
    }

    public static TokenIdentity[] Of(string prefix, int from, int count) =>
        [.. Enumerable.Range(from, count).Select(user => Of(prefix, user))];
}
