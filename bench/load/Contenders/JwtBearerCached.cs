using Curfew.Bench.Load.Workload;
using Curfew.Grains;

namespace Curfew.Bench.Load.Contenders;

/// <summary>Curfew's remembered tokens without its revocation check: what is left to the others is the check's own price.</summary>
internal sealed class JwtBearerCached() : StockJwtBearer("RS256")
{
    public override string Name => "jwtbearer-rs256-cached";

    protected override void AddServices(WebApplicationBuilder builder, IssuerKeys keys)
    {
        base.AddServices(builder, keys);
        builder.Services.AddSingleton<ILocalVerdicts, NoCheck>();
        builder.Services.AddSingleton<IGrainFactory>(_ => null!);
        builder.Services.AddAuthentication().AddCurfew();
    }

    private sealed class NoCheck : ILocalVerdicts
    {
        public event Action<FactScope>? Changed
        {
            add { }
            remove { }
        }

        public bool TryCheck(TokenIdentity token, out Verdict verdict)
        {
            verdict = Verdict.Valid;
            return true;
        }

        public ValueTask<bool> TryFillAsync(TokenIdentity token) => new(false);
    }
}
