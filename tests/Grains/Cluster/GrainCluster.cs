using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Orleans.Reminders;
using Orleans.TestingHost;

namespace Curfew.Grains.Tests;

// Two silos and a client of them over storage, reminders and a clock that tests rule. One for all tests that don't break
// it for others: each test has users of its own.
public sealed class GrainCluster : IAsyncLifetime
{
    /// <summary>How long a test waits, in real time, for what must happen.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly InProcessTestCluster _cluster;

    public GrainCluster()
        : this(null)
    {
    }

    internal GrainCluster(GrainCluster? neighbour, short silos = 2, Action<ISiloBuilder>? configure = null)
    {
        Clock = neighbour?.Clock ?? new FakeTimeProvider(new DateTimeOffset(2026, 1, 1, 12, 0, 0, 300, TimeSpan.Zero));
        Storage = neighbour?.Storage ?? new TestStorage();
        Reminders = neighbour?.Reminders ?? new TestReminders(Storage);
        var builder = new InProcessTestClusterBuilder(silos);
        builder.Options.ConfigureFileLogging = false;
        builder.ConfigureSilo((_, silo) =>
        {
            silo.Services.AddSingleton<TimeProvider>(Clock);
            silo.Services.UseTimeProviderForBackgroundAreas(TimeProvider.System);
            silo.Services.AddKeyedSingleton<TimeProvider>(ReminderTimeProviderNames.Reminders, Clock);
            silo.Services.AddKeyedSingleton<Orleans.Storage.IGrainStorage>(GrainHostingExtensions.StorageName, Storage);
            silo.AddReminders();
            silo.Services.AddSingleton<IReminderTable>(Reminders);
            silo.Services.AddSingleton<IMemoryLease>(Lease);
            silo.Services.AddSingleton<IFactAnnouncer>(Announcer);
            silo.Services.Configure<RevocationLimits>(limits => limits.MaxFactsPerUser = MaxFacts);
            silo.AddCurfewGrains();
            configure?.Invoke(silo);
        });
        _cluster = builder.Build();
    }

    internal const int MaxFacts = 250;

    internal FakeTimeProvider Clock { get; }

    internal TestStorage Storage { get; }

    internal TestReminders Reminders { get; }

    internal TestLease Lease { get; } = new();

    internal TestAnnouncer Announcer { get; } = new();

    internal RevocationLimits Limits { get; } = new() { MaxFactsPerUser = MaxFacts };

    internal InProcessTestCluster Silos => _cluster;

    internal Revocations Revocations { get; private set; } = null!;

    internal long Now => Clock.GetUtcNow().ToUnixTimeSeconds();

    // The cutoff that "everywhere" takes now.
    internal long Cutoff => (Clock.GetUtcNow() + Limits.IssuerClockTolerance).ToUnixTimeSeconds();

    public async Task InitializeAsync()
    {
        await _cluster.DeployAsync();
        Announcer.Silos = () => _cluster.Silos.Select(silo =>
            _cluster.GetSiloServiceProvider(silo.SiloAddress).GetRequiredService<SiloCutoffs>());
        Revocations = new Revocations(_cluster.Client, Options.Create(new RevocationClientOptions()), TimeProvider.System);
    }

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    internal IUserRevocationsGrain Grain(UserKey user) => _cluster.Client.GetGrain<IUserRevocationsGrain>(user.ToString());

    // The next call activates it again, which reads its storage.
    internal Task DeactivateAsync(UserKey user) => _cluster.DeactivateAsync(Grain(user));

    internal void MarkStale(UserKey user)
    {
        foreach (var silo in _cluster.Silos)
            _cluster.GetSiloServiceProvider(silo.SiloAddress).GetRequiredService<SiloActivations>().MarkStale(FactScope.Of(user));
    }

    internal Task<Verdict> CheckAsync(TokenIdentity token) => Revocations.CheckAsync(token).AsTask();
}

[CollectionDefinition(nameof(GrainCluster))]
public sealed class GrainClusterDefinition : ICollectionFixture<GrainCluster>;
