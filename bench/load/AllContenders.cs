using Curfew.Bench.Load.Contenders;

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
        new JwtBearerWithRedisDenylist(),
        new OpenIddictValidation(),
        new NodeDenylist("node-as-written", "server.js"),
        new NodeDenylist("node-keyobject", "server-keyobject.js"),
    ];

    public static Contender? Named(string name) => InOrder.FirstOrDefault(contender => contender.Name == name);
}
