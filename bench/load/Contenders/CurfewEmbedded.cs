using Curfew.Bench.Load.Workload;
using Curfew.Grains;

namespace Curfew.Bench.Load.Contenders;

/// <summary>AddJwtBearer().AddCurfew(), the grains in the same process over SQLite: revocation checked on every request.</summary>
/// <param name="algorithm">RS256 or HS256.</param>
/// <param name="suffix">What the name ends with.</param>
/// <param name="seenShare">The share of requests whose token was sent before.</param>
/// <param name="consistency">Who answers a check.</param>
internal class CurfewEmbedded(
    string algorithm, string suffix = "", double seenShare = 1, Consistency consistency = Consistency.Leased)
    : StockJwtBearer(algorithm)
{
    public override string Name => $"curfew-embedded-{Tokens.Algorithm.ToLowerInvariant()}{suffix}";

    public override TokenMix Tokens { get; } = new(algorithm, seenShare);

    protected override void AddServices(WebApplicationBuilder builder, IssuerKeys keys)
    {
        base.AddServices(builder, keys);
        builder.Services.AddAuthentication().AddCurfew();
        builder.AddCurfewEmbedded(Directory.CreateTempSubdirectory("curfew-bench-").FullName, consistency: consistency);
    }
}
