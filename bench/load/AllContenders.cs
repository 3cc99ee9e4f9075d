using Curfew.Bench.Load.Contenders;
using Curfew.Grains;

namespace Curfew.Bench.Load;

/// <summary>All that is measured, in the order of the table. A new contender is a file and a line here.</summary>
internal static class AllContenders
{
    public static IReadOnlyList<Contender> InOrder { get; } =
    [
        new KestrelAlone(),
        new StockJwtBearer("HS256"),
        new StockJwtBearer("RS256"),
        new StockJwtBearer("ES256"),
        new JwtBearerCached(),
        new JwtBearerWithRedisDenylist(),
        new OpenIddictValidation(),
        new NodeDenylist("node-as-written", "server.js"),
        new NodeDenylist("node-keyobject", "server-keyobject.js"),
        new CurfewEmbedded("RS256"),
        new CurfewEmbeddedWithOtlp(),
        new CurfewEmbedded("HS256"),
        new CurfewEmbedded("RS256", "-strict", consistency: Consistency.Strict),
        new CurfewEmbedded("RS256", "-hit0", 0),
        new CurfewEmbedded("RS256", "-hit50", 0.5),
        new CurfewEmbedded("RS256", "-hit90", 0.9),
        new CurfewEmbedded("RS256", "-hit99", 0.99),
        new CurfewCluster("", Consistency.Strict),
        new CurfewCluster("-leased", Consistency.Leased),
    ];

    public static Contender? Named(string name) => InOrder.FirstOrDefault(contender => contender.Name == name);
}
