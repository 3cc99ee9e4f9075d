using Curfew.Bench.Load.Workload;

namespace Curfew.Bench.Load.Contenders;

/// <summary>The floor: the same requests, no authentication.</summary>
internal sealed class KestrelAlone : AspNetContender
{
    public override string Name => "kestrel";

    public override bool Authenticates => false;

    protected override void AddServices(WebApplicationBuilder builder, IssuerKeys keys)
    {
    }

    protected override Task MapAsync(WebApplication app)
    {
        app.MapGet("/me", () => new Me("user-0"));
        return Task.CompletedTask;
    }
}
