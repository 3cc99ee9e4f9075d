using Curfew.Api.Hosting;
using Curfew.Grains;
using Curfew.Redis;

namespace Curfew.Api.StartUp;

/// <summary>The sections that API nodes and silos have in common.</summary>
internal static class GrainSettings
{
    public static readonly (string Section, Type Options)[] Sections =
    [
        ("Curfew", typeof(HostingOptions)), ("Curfew:Limits", typeof(RevocationLimits)), ("Curfew:Client", typeof(RevocationClientOptions)),
        ("Curfew:Grains", typeof(GrainOptions)), ("Curfew:Cluster", typeof(CurfewClusterOptions)),
    ];
}
