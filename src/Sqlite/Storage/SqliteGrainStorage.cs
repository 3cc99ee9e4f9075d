using Orleans.Serialization.Serializers;
using Orleans.Storage;

namespace Curfew.Sqlite.Storage;

/// <summary>
/// Grain storage in the database. A write or clear completes when it is on disk. Clearing removes the row. Storages of
/// different names share the table: a state's key is the grain's id and the state's name.
/// </summary>
internal sealed class SqliteGrainStorage(
    SqliteDatabase database, IGrainStorageSerializer serializer, IActivatorProvider activators) : IGrainStorage
{
    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        ReadStateAsync(stateName, grainId, grainState, CancellationToken.None);

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        WriteStateAsync(stateName, grainId, grainState, CancellationToken.None);

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        ClearStateAsync(stateName, grainId, grainState, CancellationToken.None);

    public async Task ReadStateAsync<T>(
        string stateName, GrainId grainId, IGrainState<T> grainState, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var key = grainId.ToString();
        var row = await database.ReadAsync(c => c.States.Read(key, stateName)).ConfigureAwait(false);

        // Deserialized first: if that fails, the grain's state is left as it was.
        grainState.State = row is { Data: var data } ? serializer.Deserialize<T>(data) : New<T>();
        grainState.ETag = row?.ETag;
        grainState.RecordExists = row is not null;
    }

    public async Task WriteStateAsync<T>(
        string stateName, GrainId grainId, IGrainState<T> grainState, CancellationToken cancellationToken)
    {
        var key = grainId.ToString();
        var etag = grainState.ETag;
        var data = serializer.Serialize(grainState.State).ToArray();
        grainState.ETag = await database.WriteAsync(
            c => c.States.Write(key, stateName, etag, data), data.Length + key.Length, cancellationToken).ConfigureAwait(false);
        grainState.RecordExists = true;
    }

    public async Task ClearStateAsync<T>(
        string stateName, GrainId grainId, IGrainState<T> grainState, CancellationToken cancellationToken)
    {
        var key = grainId.ToString();
        var etag = grainState.ETag;
        await database.WriteAsync(
            c =>
            {
                c.States.Clear(key, stateName, etag);
                return true;
            },
            key.Length, cancellationToken).ConfigureAwait(false);
        grainState.ETag = null;
        grainState.RecordExists = false;
        grainState.State = New<T>();
    }

    private T New<T>() => activators.GetActivator<T>().Create();
}
