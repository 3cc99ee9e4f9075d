using Curfew.Grains;
using Curfew.Leases;

namespace Curfew.Redis.Hosting;

/// <summary>Announces facts to every process that holds a lease.</summary>
internal sealed class RedisFactAnnouncer(RedisLeases leases) : IFactAnnouncer
{
    private static readonly FactSerializer Serializer = new();

    public async Task<IReadOnlyList<Fact>?> PersistAndAnnounceAsync(FactScope scope, Func<Task<IReadOnlyList<Fact>?>> persist)
    {
        IReadOnlyList<Fact>? facts = null;
        await leases.PersistAndAnnounceAsync(
            async _ =>
            {
                facts = await persist();
                return facts is null ? null : Write(scope, facts);
            },
            CancellationToken.None);
        return facts;
    }

    public static (FactScope Scope, IReadOnlyCollection<Fact> Facts) Read(Announcement announcement) =>
        (FactScope.Parse(announcement.Key), FactSerializer.Read(announcement.Payload.Span).Facts);

    private static Announcement Write(FactScope scope, IReadOnlyCollection<Fact> facts) =>
        new(scope.ToString(), Serializer.Serialize(new StoredFacts { Facts = facts }).ToMemory());
}
