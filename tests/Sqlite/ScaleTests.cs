using Curfew.Grains;
using Curfew.Sqlite.Tests.Support;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Orleans.Reminders;
using Orleans.TestingHost;

namespace Curfew.Sqlite.Tests;

/// <summary>Many users at once, in the hosting that apps use, on a clock that the test moves. bench/bounds.sh does it with a million.</summary>
public sealed class ScaleTests : IDisposable
{
    private const int Users = 2000;
    private const string Issuer = "https://idp.example/";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly TemporaryDirectory _directory = new();
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 1, 1, 12, 0, 0, TimeSpan.Zero));

    // Red when the memory keeps what has expired (ExpiredFactsRemoval does nothing). Bytes as in docs/embedded.md.
    [Fact]
    public async Task Facts_of_many_users_take_little_and_expire_to_nothing()
    {
        using var host = CreateHost();
        await host.StartAsync();
        var memory = host.Services.GetRequiredService<ProcessFacts>();
        var revocations = new Revocations(
            host.Services.GetRequiredService<IGrainFactory>(), Options.Create(new RevocationClientOptions()), TimeProvider.System);
        var expires = _clock.GetUtcNow().AddHours(1).ToUnixTimeSeconds();
        await Parallel.ForAsync(0, Users, new ParallelOptions { MaxDegreeOfParallelism = 64 }, async (i, stop) =>
            await revocations.RevokeAsync(
                new UserKey(Issuer, $"user-{i}"),
                new RevokeToken("jti:" + new Guid(i, 0, 0, new byte[8]), expires) { By = $"user-{i}", ByIssuer = Issuer }, stop));

        Assert.Equal((Users, Users), (Query("SELECT count(*) FROM states"), Query("SELECT count(*) FROM reminders")));
        Assert.Equal(Users, memory.Live);
        Assert.InRange(Query("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size") / Users, 300, 500);

        _clock.Advance(TimeSpan.FromHours(1));
        var started = TimeProvider.System.GetTimestamp();
        while (Query("SELECT (SELECT count(*) FROM states) + (SELECT count(*) FROM reminders)") + memory.Live > 0)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(started) < Patience, "Facts that expired are still there.");
            _clock.Advance(TimeSpan.FromMinutes(1));
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        }

        await host.StopAsync();
    }

    public void Dispose() => _directory.Dispose();

    private IHost CreateHost()
    {
        var builder = new HostApplicationBuilder();
        builder.Services.AddSingleton<TimeProvider>(_clock);
        builder.Services.UseTimeProviderForBackgroundAreas(TimeProvider.System);
        builder.Services.AddKeyedSingleton<TimeProvider>(ReminderTimeProviderNames.Reminders, _clock);
        builder.AddCurfewEmbedded(_directory.Path);
        return builder.Build();
    }

    private long Query(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={_directory["curfew.db"]};Pooling=false");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return (long)command.ExecuteScalar()!;
    }
}
