using FsCheck;
using FsCheck.Fluent;

namespace Curfew.Tests;

/// <summary>
/// Generators over a world so small that facts and tokens meet: a handful of ids, sessions and clients, and 24 seconds.
/// Facts are arbitrary ones, not only those that requests make.
/// </summary>
public static class World
{
    private const int Seconds = 24;

    public static Arbitrary<TokenIdentity> Tokens() => (
        from id in Gen.Choose(0, 3)
        from session in Maybe("s", 2)
        from client in Maybe("c", 1)
        from azp in Maybe("c", 1)
        from issued in Gen.Choose(0, Seconds)
        from lifetime in Gen.Choose(0, 10)
        from authenticated in Gen.Choose(-Seconds, Seconds)
        select Sample.Token(
            $"t{id}", session, issued, lifetime, authenticated < 0 ? null : authenticated, client, azp)).ToArbitrary();

    public static Arbitrary<Curfew.Fact> Facts() => (
        from kind in Gen.Choose(1, 8)
        from id in Gen.Choose(0, 3)
        from number in Gen.Choose(0, Seconds)
        from expires in Gen.Choose(0, 2 * Seconds)
        select Fact((FactKind)kind, id, number, expires)).ToArbitrary();

    public static Arbitrary<Curfew.Fact[]> FactLists() =>
        Gen.ArrayOf(Facts().Generator).ToArbitrary();

    public static bool IsExemption(this Curfew.Fact fact) => fact.Id.Kind is FactKind.KeptToken or FactKind.KeptSession;

    private static Curfew.Fact Fact(FactKind kind, int id, long number, long expires) => kind switch
    {
        FactKind.Token or FactKind.KeptToken => Sample.Fact(kind, $"jti:t{id}", kind == FactKind.Token ? 0 : number, expires),
        FactKind.Session or FactKind.KeptSession =>
            Sample.Fact(kind, $"s{id % 3}", kind == FactKind.Session ? 0 : number, expires),
        FactKind.ClientCutoff => Sample.Fact(kind, $"c{id % 2}", number, expires),
        _ => Sample.Fact(kind, "", number, expires),
    };

    private static Gen<string?> Maybe(string prefix, int last) =>
        Gen.Choose(-1, last).Select(n => n < 0 ? null : $"{prefix}{n}");
}
