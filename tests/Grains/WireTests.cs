using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;

namespace Curfew.Grains.Tests;

// What crosses the wire, and under which names: nodes of two versions talk to each other.
public sealed class WireTests
{
    private static readonly ServiceProvider Services = new ServiceCollection().AddSerializer().BuildServiceProvider();

    private static readonly TokenIdentity Token =
        new(new UserKey("https://idp.example/ä", "sub|🦊"), TokenId.FromJti("j"), 1, 2)
        {
            Session = "s",
            ClientId = "c",
            AuthorizedParty = "a",
            AuthTime = 3,
        };

    // Red when a surrogate forgets a member: each is set, so the compiler's equality sees all of them.
    [Fact]
    public void A_token_identity_crosses_whole()
    {
        Assert.Equal(Token, RoundTrip(Token));
        var bare = new TokenIdentity(Token.User, TokenId.FromContent([1], [2]), 1, 2);
        Assert.Equal(bare, RoundTrip(bare));
        Assert.All(
            typeof(TokenIdentity).GetProperties().Where(property => property.CanWrite),
            property => Assert.NotNull(property.GetValue(Token)));
    }

    [Theory]
    [InlineData(FactKind.Token)]
    [InlineData(FactKind.Session)]
    [InlineData(FactKind.UserCutoff)]
    [InlineData(FactKind.KeptToken)]
    [InlineData(FactKind.KeptSession)]
    [InlineData(FactKind.ClientCutoff)]
    [InlineData(FactKind.IssuerCutoff)]
    public void A_fact_crosses_whole(FactKind kind)
    {
        var fact = new Fact(new FactId(kind, "id"), 1, 2, new FactOrigin(3, "by", "reason", "https://by.example/"));
        Assert.Equal(fact, RoundTrip(fact));
        Assert.Equal(fact with { Origin = null }, RoundTrip(fact with { Origin = null }));
    }

    [Fact]
    public void Requests_and_answers_cross_whole()
    {
        RevokeRequest[] requests =
        [
            new RevokeToken("jti:x", 7), new RevokeToken("jti:x", null), new RevokeSession("s"), new RevokeOthers(Token),
            new RevokeEverything(1, 2), new RevokeEverything { By = "by", ByIssuer = "https://by.example/", Reason = "reason" },
        ];
        foreach (var request in requests)
            Assert.Equal(request, RoundTrip(request));
        Assert.Equal(new RevokeResult(true, 5), RoundTrip(new RevokeResult(true, 5)));
        foreach (var verdict in Enum.GetValues<Verdict>())
            Assert.Equal(verdict, RoundTrip(verdict));

        var page = FactPage.Of(
            Enumerable.Range(0, 150).Select(i => new Fact(new FactId(FactKind.Token, "jti:" + i), 0, 1)), null, DateTimeOffset.UnixEpoch);
        var read = RoundTrip(page);
        Assert.Equal(page.Next, read.Next);
        Assert.Equal(page.Facts, read.Facts);
    }

    // Red without the copiers: each check in process would copy its token.
    [Fact]
    public void Immutable_messages_are_not_copied_within_a_process()
    {
        Assert.Same(Token, Copy(Token));
        var fact = new Fact(new FactId(FactKind.Token, "jti:x"), 0, 1);
        Assert.Same(fact, Copy(fact));
        RevokeRequest request = new RevokeOthers(Token);
        Assert.Same(request, Copy(request));
        var page = new FactPage([fact], null);
        Assert.Same(page, Copy(page));
        var result = new RevokeResult(true);
        Assert.Same(result, Copy(result));
    }

    // Red when a type that is sent has no alias, or an interface or its method hasn't: renaming a class would part nodes.
    [Fact]
    public void All_that_is_sent_has_a_name_of_its_own()
    {
        var types = typeof(Revocations).Assembly.GetTypes();
        var sent = types.Where(type => type.IsDefined(typeof(GenerateSerializerAttribute), false)
            || (type.IsInterface && type.IsAssignableTo(typeof(IAddressable)))).ToList();
        Assert.True(sent.Count >= 12);

        var names = sent.Select(type => type.GetCustomAttribute<AliasAttribute>(false)?.Alias).ToList();
        Assert.DoesNotContain(null, names);
        Assert.Equal(names.Count, names.Distinct().Count());
        foreach (var contract in sent.Where(type => type.IsInterface))
            Assert.All(contract.GetMethods(), method => Assert.True(method.IsDefined(typeof(AliasAttribute)), method.Name));
        foreach (var grain in types.Where(type => type.IsAssignableTo(typeof(Grain)) && !type.IsAbstract))
            Assert.True(grain.IsDefined(typeof(GrainTypeAttribute), false), grain.Name);
    }

    // The names and numbers themselves. A line may be added; none may ever change.
    [Fact]
    public void Names_and_numbers_stay_what_they_are()
    {
        var sent = typeof(Revocations).Assembly.GetTypes()
            .Where(type => type.IsDefined(typeof(GenerateSerializerAttribute), false))
            .Select(type => type.GetCustomAttribute<AliasAttribute>(false)!.Alias + ": " + string.Join(", ", Members(type)))
            .Order(StringComparer.Ordinal);
        Assert.Equal(
            [
                "curfew.fact: Kind=0, Id=1, Number=2, Expires=3, At=4, By=5, Reason=6, ByIssuer=7",
                "curfew.page: Facts=0, Next=1",
                "curfew.revoke.everything: Before=0, PresentedIssuedAt=1",
                "curfew.revoke.others: Presented=0",
                "curfew.revoke.session: Session=0, At=1",
                "curfew.revoke.token: TokenId=0, Expires=1",
                "curfew.revoke: By=0, Reason=1, Attempt=2, ByIssuer=3",
                "curfew.revoked: Revoked=0, Cutoff=1",
                "curfew.token: Issuer=0, Subject=1, TokenId=2, IssuedAt=3, Expires=4, Session=5, ClientId=6, AuthorizedParty=7, AuthTime=8",
            ],
            sent);
    }

    private static IEnumerable<string> Members(Type type) =>
        from member in type.GetMembers(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
        let id = member.GetCustomAttribute<IdAttribute>()
        where id is not null
        orderby id.Id
        select $"{member.Name}={id.Id}";

    private static T RoundTrip<T>(T value)
    {
        var serializer = Services.GetRequiredService<Serializer>();
        return serializer.Deserialize<T>(serializer.SerializeToArray(value))!;
    }

    private static T Copy<T>(T value) => Services.GetRequiredService<DeepCopier>().Copy(value)!;
}
