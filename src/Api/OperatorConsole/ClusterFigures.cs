using Curfew.Api.Hosting;
using Curfew.Grains;

namespace Curfew.Api.OperatorConsole;

/// <summary>How many processes there are, how many users have revocations, and whether the grains answer.</summary>
internal sealed class ClusterFigures(
    IGrainFactory grains, Grains.Revocations revocations, IConfiguration configuration, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    public async Task<Processes> AskAsync(CancellationToken cancellationToken)
    {
        var ready = false;
        long? users = null;
        try
        {
            await revocations.ProbeAsync(cancellationToken);
            ready = true;
            users = await UsersAsync(cancellationToken);
            var management = grains.GetGrain<IManagementGrain>(0);
            var silos = (await management.GetHosts(onlyActive: true, cancellationToken).WaitAsync(Patience, time, cancellationToken)).Keys.ToArray();
            if (HostingOptions.Of(configuration).Hosting == HostingOptions.Embedded)
                return new(silos.Length, 1, users, ready);

            // Every API node is a client of every silo sooner or later; right after a silo's start it has fewer.
            var statistics = await management.GetRuntimeStatistics(silos, cancellationToken).WaitAsync(Patience, time, cancellationToken);
            return new(silos.Length, (int)statistics.Select(silo => silo.ClientCount).DefaultIfEmpty(0).Max(), users, ready);
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            // Whatever it was, the console says that it isn't known; the readiness probe logs why.
            return new(null, null, users, ready);
        }
    }

    private async Task<long?> UsersAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await grains.GetGrain<IStorageProbeGrain>(0).CountUsersAsync().WaitAsync(Patience, time, cancellationToken);
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            // A silo of an earlier version doesn't know the question; what else is known is shown all the same.
            return null;
        }
    }

    internal readonly record struct Processes(int? Silos, int? Nodes, long? Users, bool Ready);
}
