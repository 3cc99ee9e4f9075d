using System.Collections.Concurrent;
using System.Globalization;
using Orleans.Storage;

namespace Curfew.Grains.Tests;

// A grain storage that keeps what a real one would keep, the serialized bytes and a version, and does as it is told.
internal sealed class TestStorage : IGrainStorage
{
    private readonly ConcurrentDictionary<GrainId, StoredRow> _rows = new();
    private readonly FactSerializer _serializer = new();

    public StoredRow Of(GrainId grain) => _rows.GetOrAdd(grain, static _ => new StoredRow());

    public StoredRow Of(UserKey user) => Of(GrainId.Create("curfew.user", user.ToString()));

    public StoredRow Of(ClientKey client) => Of(GrainId.Create("curfew.client", client.ToString()));

    public StoredRow OfIssuer(string issuer) => Of(GrainId.Create("curfew.issuer", issuer));

    public async Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var row = Of(grainId);
        row.Reads++;
        row.Note("read begun");
        await Run(row.BeforeRead);
        var (data, version) = row.Get();
        await Run(row.AfterRead);
        grainState.State = data is null ? Activator.CreateInstance<T>() : _serializer.Deserialize<T>(new BinaryData(data));
        grainState.RecordExists = data is not null;
        grainState.ETag = Text(version);
        row.Note("read");
    }

    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var row = Of(grainId);
        row.Note("write begun");
        await Run(row.BeforeWrite);
        var version = Replace(row, grainState, _serializer.Serialize(grainState.State).ToArray());
        row.Note("write");
        await Run(row.AfterWrite);
        grainState.RecordExists = true;
        grainState.ETag = version;
    }

    public async Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var row = Of(grainId);
        var version = Replace(row, grainState, null);
        row.Note("clear");
        await Run(row.AfterClear);
        grainState.State = Activator.CreateInstance<T>();
        grainState.RecordExists = false;
        grainState.ETag = version;
    }

    // Comparing and replacing are one step: two silos write at the same time.
    private static string Replace<T>(StoredRow row, IGrainState<T> grainState, byte[]? data)
    {
        lock (row)
        {
            return grainState.ETag == Text(row.Version)
                ? Text(row.Put(data))
                : throw new InconsistentStateException("Another version.", Text(row.Version), grainState.ETag);
        }
    }

    private static Task Run(Func<Task>? hook) => hook?.Invoke() ?? Task.CompletedTask;

    private static string Text(int version) => version.ToString(CultureInfo.InvariantCulture);
}
