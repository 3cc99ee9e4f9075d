using Curfew.Index;

namespace Curfew.Bench.Micro;

internal static class Tokens
{
    public const long IssuedAt = 1_700_000_000;

    private const string Issuer = "https://issuer.example/realms/main";

    public static UserKey User(int i) => new(Issuer, $"5e0c7a1e-user-{i:D12}");

    public static TokenIdentity Of(int i) =>
        new(User(i), TokenId.FromJti($"b54e2f0a-token-{i:D12}"), IssuedAt, IssuedAt + 3600)
        {
            Session = $"c0ffee00-session-{i:D12}",
            ClientId = "web",
            AuthorizedParty = "web",
        };

    /// <summary>An index in which each of so many users has one fact, that another session of theirs has ended.</summary>
    public static FactIndex Index(int facts)
    {
        var index = new FactIndex();
        for (var i = 0; i < facts; i++)
            index.Add(User(i), Ended(i));
        return index;
    }

    public static Fact Ended(int i) => new(new FactId(FactKind.Session, $"ended-{i}"), 0, IssuedAt + 10_000_000);
}
