using Curfew.Sqlite.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Orleans.TestingHost;

namespace Curfew.Sqlite.Tests;

public sealed class HostingTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    [Fact]
    public async Task A_grain_keeps_its_state_and_reminder_over_a_restart_of_the_silo()
    {
        await using (var cluster = await StartAsync())
        {
            var grain = cluster.Client.GetGrain<INoteGrain>("a");
            await grain.SetAsync("1");
            await grain.RemindAsync();
        }

        Assert.False(File.Exists(_directory["curfew.open"]), "The database was not closed with the host.");
        await using (var cluster = await StartAsync())
        {
            var grain = cluster.Client.GetGrain<INoteGrain>("a");
            Assert.Equal("1", await grain.GetAsync());
            Assert.True(await grain.HasReminderAsync());
        }
    }

    // Red when StorageUnavailableException isn't an OrleansException: Orleans wraps it.
    [Fact]
    public async Task A_grain_s_caller_gets_the_exception_of_a_failed_write_as_it_is()
    {
        await using var cluster = await StartAsync();
        var database = cluster.Silos[0].ServiceProvider.GetRequiredService<SqliteDatabase>();
        var grain = cluster.Client.GetGrain<INoteGrain>("a");
        await grain.SetAsync("1");

        database.BeforeCommit = () => throw new Microsoft.Data.Sqlite.SqliteException("database or disk is full", 13);
        var e = await Assert.ThrowsAsync<StorageUnavailableException>(() => grain.SetAsync("2"));
        Assert.Contains("full", e.Message, StringComparison.Ordinal);

        database.BeforeCommit = () => { };
        await grain.SetAsync("3");
        Assert.Equal("3", await grain.GetAsync());
    }

    [Fact]
    public async Task A_host_with_a_directory_in_use_does_not_start_and_says_why()
    {
        await using var other = TestDatabase.Open(_directory.Path);
        var started = false;
        using var host = CreateHost(_directory.Path, () => started = true);
        var e = await Assert.ThrowsAsync<DataDirectoryException>(() => host.StartAsync());
        Assert.Contains("in use by another process", e.Message, StringComparison.Ordinal);
        Assert.False(started);
    }

    [Theory]
    [InlineData("", "DataDirectory is required")]
    [InlineData("/dev/null", "is a file")]
    public async Task A_host_with_wrong_options_does_not_start_and_says_why(string directory, string message)
    {
        using var host = CreateHost(directory, () => { });
        var e = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync());
        Assert.Contains(message, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_database_is_open_before_other_hosted_services_start_and_until_they_have_stopped()
    {
        SqliteDatabase? database = null;
        using var host = CreateHost(_directory.Path, () => Assert.True(File.Exists(_directory["curfew.open"])));
        await host.StartAsync();
        database = host.Services.GetRequiredService<SqliteDatabase>();
        await database.Settings.ReadAsync();
        await host.StopAsync();
        await Assert.ThrowsAsync<StorageUnavailableException>(() => database.Settings.ReadAsync());
    }

    public void Dispose() => _directory.Dispose();

    private static IHost CreateHost(string directory, Action onStart)
    {
        var builder = new HostApplicationBuilder();
        builder.Services.AddHostedService(_ => new Starter(onStart));
        builder.Services.AddSqliteDatabase(o => o.DataDirectory = directory);
        return builder.Build();
    }

    private async Task<InProcessTestCluster> StartAsync()
    {
        var builder = new InProcessTestClusterBuilder(1);
        builder.ConfigureSilo((_, silo) =>
        {
            silo.Services.AddSqliteDatabase(o => o.DataDirectory = _directory.Path);
            silo.AddSqliteGrainStorage("notes", o => o.GrainStorageSerializer = new JsonStateSerializer()).UseSqliteReminders();
        });
        var cluster = builder.Build();
        await cluster.DeployAsync();
        return cluster;
    }

    private sealed class Starter(Action onStart) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken)
        {
            onStart();
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
