using System.Text;
using System.Text.Json;

namespace Curfew.Grains.Tests;

// What is on disk outlives every class here.
public sealed class StoredFormatTests
{
    private static readonly string Sample = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Samples", "facts-v1.json"));

    // Red when a member or a kind is renamed or renumbered.
    [Fact]
    public void Version_1_is_read()
    {
        var facts = Read(Sample);

        Assert.Equal(
            [
                new Fact(new FactId(FactKind.Token, "jti:0d3b"), 0, 1767272400, new FactOrigin(1767268800, "alice", "lost phone")),
                new Fact(new FactId(FactKind.Session, "s/1|ä🦊"), 0, 1769947200, new FactOrigin(1767268800)),
                new Fact(new FactId(FactKind.UserCutoff, ""), 1767268801, 1769947201, new FactOrigin(1767268800, "admin", null, "https://admins.example/")),
                new Fact(new FactId(FactKind.KeptToken, "jti:0d3c"), 1767268801, 1769947201),
                new Fact(new FactId(FactKind.KeptSession, "s2"), 1767268801, 1769947201),
                new Fact(new FactId(FactKind.ClientCutoff, "app"), 0, 1769947201),
                new Fact(new FactId(FactKind.IssuerCutoff, ""), 1767268801, 1769947201),
            ],
            facts);
    }

    [Fact]
    public void What_is_written_is_the_sample_and_names_no_type()
    {
        var written = Write(Read(Sample));

        Assert.Equal(Canonical(Sample), written);
        Assert.DoesNotContain("$type", written, StringComparison.Ordinal);
        Assert.DoesNotContain("Curfew", written, StringComparison.Ordinal);
    }

    // Red when any of these reads as fewer facts: a forgotten revocation.
    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("""{"v":1}""")]
    [InlineData("""{"v":1,"facts":null}""")]
    [InlineData("""{"v":1,"facts":[null]}""")]
    [InlineData("""{"facts":[]}""")]
    [InlineData("""{"v":0,"facts":[]}""")]
    [InlineData("""{"v":2,"facts":[]}""")]
    [InlineData("""{"v":1,"facts":[{"kind":0,"id":"x","expires":1}]}""")]
    [InlineData("""{"v":1,"facts":[{"kind":8,"id":"x","expires":1}]}""")]
    [InlineData("""{"v":1,"facts":[{"kind":-1,"id":"x","expires":1}]}""")]
    [InlineData("""{"v":1,"facts":[{"id":"jti:x","expires":1}]}""")]
    [InlineData("""{"v":1,"facts":[{"kind":1,"expires":1}]}""")]
    [InlineData("""{"v":1,"facts":[{"kind":2,"id":"","expires":1}]}""")]
    [InlineData("""{"v":1,"facts":[{"kind":1,"id":"jti:x"}]}""")]
    [InlineData("""{"v":1,"facts":[{"kind":3,"expires":1}]}""")]
    [InlineData("""{"v":1,"facts":[{"kind":3,"id":"x","number":1,"expires":1}]}""")]
    [InlineData("""{"v":1,"facts":[{"kind":1,"id":"jti:x","expires":1}""")]
    [InlineData("""{"v":1,"facts":[]} {"v":1}""")]
    [InlineData("""{"v":1,"facts":[{"kind":1,"id":"jti:x","expires":1}],"facts":[]}""")]
    [InlineData("""{"v":null,"facts":[]}""")]
    [InlineData("""{"v":1.5,"facts":[]}""")]
    [InlineData("""{"v":1,"facts":[{"kind":4294967297,"id":"jti:x","expires":1}]}""")]
    [InlineData("""{"v":1,"facts":[{"kind":1,"id":"jti:x","expires":null}]}""")]
    [InlineData("""{"v":1,"facts":[{"kind":1,"id":7,"expires":1}]}""")]
    [InlineData("""{"v":1,"facts":[{"kind":1,"id":"jti:x","expires":1e30}]}""")]
    [InlineData("""{"v":1,"facts":[{"kind":1,"id":"jti:\ud800","expires":1}]}""")]
    public void What_can_not_be_understood_whole_is_an_error(string stored)
    {
        Assert.Throws<JsonException>(() => Read(stored));
    }

    // Red when a member that is not known, or one in another place, ends the fact or the document.
    [Fact]
    public void Members_come_in_any_order_and_unknown_ones_are_passed_over()
    {
        Assert.Equal(
            [new Fact(new FactId(FactKind.Token, "jti:x"), 0, 5, new FactOrigin(3, "a"))],
            Read("""{"w":{"v":2,"facts":[]},"facts":[{"x":[{"kind":2}],"by":"a","at":3,"reason":null,"expires":5,"id":"jti:x","kind":1,"y":null}],"v":1}"""));
    }

    // Red when names are compared as bytes only: "kind" and "id" would be unknown members then.
    [Fact]
    public void An_escaped_name_stands_for_the_same() =>
        Assert.Equal(
            [new Fact(new FactId(FactKind.Token, "jti:x"), 0, 5)],
            Read("""{"v":1,"facts":[{"\u006bind":1,"i\u0064":"jti:x","expires":5,"\u0078":1}]}"""));

    [Fact]
    public void Damaged_text_is_an_error()
    {
        var bytes = Encoding.UTF8.GetBytes(Sample);
        bytes[Sample.IndexOf("0d3b", StringComparison.Ordinal)] = 0xff;
        Assert.Throws<JsonException>(() => FactSerializer.Read(bytes));
        for (var length = 0; length < bytes.Length - 2; length += 7)
            Assert.Throws<JsonException>(() => FactSerializer.Read(bytes.AsSpan(0, length)));
    }

    [Theory]
    [InlineData("a\"b\\c")]
    [InlineData("\0\u001f\u007f\u2028\ufeff")]
    [InlineData("🦊ä\u0308</script>&'+")]
    [InlineData("\uffff")]
    public void Odd_texts_come_back(string text)
    {
        var fact = new Fact(new FactId(FactKind.Session, text), 0, long.MaxValue, new FactOrigin(long.MinValue, text, text));
        Assert.Equal(fact, Assert.Single(Read(Write([fact]))));
    }

    [Fact]
    public void Nothing_but_facts_is_stored()
    {
        var serializer = new FactSerializer();
        Assert.Throws<NotSupportedException>(() => serializer.Serialize("x"));
        Assert.Throws<NotSupportedException>(() => serializer.Deserialize<string>(new BinaryData("{}")));
    }

    // What a logout of a user at the cap writes, as docs/embedded.md says. Red when a fact takes a member more of that size.
    [Fact]
    public void A_user_at_the_cap_is_stored_in_less_than_two_megabytes_and_names_who_asked_once_in_memory()
    {
        var facts = Enumerable.Range(0, new RevocationLimits().MaxFactsPerUser).Select(i => new Fact(
            new FactId(FactKind.Token, "jti:" + new Guid(i, 0, 0, new byte[8])), 0, 1767272400,
            new FactOrigin(1767268800, new Guid(7, 0, 0, new byte[8]).ToString(), null, "https://issuer.example/tenant/"))).ToList();

        var written = Write(facts);
        var read = Read(written);

        Assert.InRange(written.Length, 1_000_000, 2_000_000);
        Assert.Equal(facts, read);
        Assert.Single(read.Select(fact => fact.Origin!.By).Distinct(ReferenceEqualityComparer.Instance));
        Assert.Single(read.Select(fact => fact.Origin!.ByIssuer).Distinct(ReferenceEqualityComparer.Instance));
    }

    private static IReadOnlyCollection<Fact> Read(string json) => FactSerializer.Read(Encoding.UTF8.GetBytes(json)).Facts;

    private static string Write(IReadOnlyCollection<Fact> facts) =>
        new FactSerializer().Serialize(new StoredFacts { Facts = facts }).ToString();

    private static string Canonical(string json) => JsonSerializer.Serialize(JsonDocument.Parse(json));
}

[Collection(nameof(GrainCluster))]
public sealed class DamagedStateTests(GrainCluster cluster)
{
    // Red when the grain takes what it can't read for no facts.
    [Theory]
    [InlineData("""{"v":2,"facts":[]}""")]
    [InlineData("""{"v":1,"facts":[{"kind":9,"expires":1}]}""")]
    [InlineData("garbage")]
    public async Task A_state_that_can_not_be_read_is_an_error_and_is_never_written_over(string stored)
    {
        var user = Given.User();
        var token = cluster.Token(user);
        var row = cluster.Storage.Of(user);
        row.Put(Encoding.UTF8.GetBytes(stored));

        await Assert.ThrowsAsync<RevocationUnavailableException>(() => cluster.CheckAsync(token));
        await Assert.ThrowsAsync<RevocationUnavailableException>(
            () => cluster.Revocations.LogOutAsync(token, LogoutScope.Everywhere));

        Assert.Equal(stored, Encoding.UTF8.GetString(row.Data!));
    }
}
