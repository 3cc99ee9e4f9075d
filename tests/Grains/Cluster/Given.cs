namespace Curfew.Grains.Tests;

// Users and tokens that no other test has.
internal static class Given
{
    public static UserKey User(string issuer = "https://idp.example/") => new(issuer, "user " + Guid.NewGuid());

    public static string Issuer() => $"https://{Guid.NewGuid()}.example/";

    public static TokenIdentity Token(this GrainCluster cluster, UserKey user, long age = 10, string? sid = null) =>
        new(user, TokenId.FromJti(Guid.NewGuid().ToString()), cluster.Now - age, cluster.Now - age + 3600) { Session = sid };

    public static Fact Fact(this GrainCluster cluster, TokenIdentity token) =>
        NewFacts.ForToken(token.Id, token.Expires, cluster.Limits, new FactOrigin(cluster.Now));
}
