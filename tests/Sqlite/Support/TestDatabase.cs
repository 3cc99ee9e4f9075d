using Curfew.Sqlite.Reminders;
using Curfew.Sqlite.Storage;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orleans.Serialization;
using Orleans.Serialization.Serializers;
using Orleans.Storage;

namespace Curfew.Sqlite.Tests.Support;

/// <summary>A database in a directory of its own, unless it is given one.</summary>
internal sealed class TestDatabase : IAsyncDisposable
{
    private static readonly IActivatorProvider Activators =
        new ServiceCollection().AddSerializer().BuildServiceProvider().GetRequiredService<IActivatorProvider>();

    private readonly TemporaryDirectory? _own;

    private TestDatabase(string directory, TemporaryDirectory? own)
    {
        _own = own;
        Directory = directory;
        Database = SqliteDatabase.Open(new SqliteDatabaseOptions { DataDirectory = directory }, TimeProvider.System, Log);
        Storage = new SqliteGrainStorage(Database, new JsonStateSerializer(), Activators);
        Reminders = new SqliteReminderTable(Database, Options.Create(new ReminderOptions()), TimeProvider.System);
    }

    public string Directory { get; }

    public RecordingLogger Log { get; } = new();

    public SqliteDatabase Database { get; }

    public IGrainStorage Storage { get; }

    public IReminderTable Reminders { get; }

    public static TestDatabase Open(string directory) => new(directory, null);

    public static TestDatabase OpenNew()
    {
        var own = new TemporaryDirectory();
        return new TestDatabase(own["data"], own);
    }

    public static GrainId Grain(string key) => GrainId.Create("user", key);

    public Task<GrainState<Note>> WriteAsync(string key, string text) => WriteAsync(key, text, null);

    public async Task<GrainState<Note>> WriteAsync(string key, string text, string? etag)
    {
        var state = new GrainState<Note>(new Note(text), etag);
        await Storage.WriteStateAsync("facts", Grain(key), state);
        return state;
    }

    public async Task<GrainState<Note>> ReadAsync(string key)
    {
        var state = new GrainState<Note>();
        await Storage.ReadStateAsync("facts", Grain(key), state);
        return state;
    }

    /// <summary>Asks the file itself, over a connection of its own.</summary>
    public T Query<T>(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={Database.Path};Pooling=false");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return (T)command.ExecuteScalar()!;
    }

    public async ValueTask DisposeAsync()
    {
        await Database.CloseAsync();
        _own?.Dispose();
    }
}
