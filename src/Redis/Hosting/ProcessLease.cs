using Curfew.Grains;
using Curfew.Leases;

namespace Curfew.Redis.Hosting;

/// <summary>This process's lease, as the grains ask for it.</summary>
internal sealed class ProcessLease(RedisLeases leases, TimeProvider time) : IMemoryLease
{
    public long Current =>
        leases.Holder.Current is { } lease && lease.IsLive(ClockReading.Of(time)) ? lease.Number : 0;

    public TimeSpan MaxAge => leases.Holder.Options.ReadAgainAfter;
}
