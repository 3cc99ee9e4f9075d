using Curfew.Api.Hosting;

namespace Curfew.Api.OperatorConsole;

/// <summary>How many processes there are, and whether the grains answer.</summary>
internal sealed class ClusterFigures(
    IGrainFactory grains, Grains.Revocations revocations, IConfiguration configuration, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    public async Task<Processes> AskAsync(CancellationToken cancellationToken)
    {
        var ready = false;
        try
        {
            await revocations.ProbeAsync(cancellationToken);
            ready = true;
            var management = grains.GetGrain<IManagementGrain>(0);
            var silos = (await management.GetHosts(onlyActive: true, cancellationToken).WaitAsync(Patience, time, cancellationToken)).Keys.ToArray();
            if (HostingOptions.Of(configuration).Hosting == HostingOptions.Embedded)
                return new(silos.Length, 1, ready);

            // Every API node is a client of every silo sooner or later; right after a silo's start it has fewer.
            var statistics = await management.GetRuntimeStatistics(silos, cancellationToken).WaitAsync(Patience, time, cancellationToken);
            return new(silos.Length, (int)statistics.Select(silo => silo.ClientCount).DefaultIfEmpty(0).Max(), ready);
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            // Whatever it was, the console says that it isn't known; the readiness probe logs why.
            return new(null, null, ready);
        }
    }

    internal readonly record struct Processes(int? Silos, int? Nodes, bool Ready);
}
