using Orleans.Storage;

namespace Curfew.Authentication.Tests.Hosting;

/// <summary>Orleans's memory storage, which can be made to fail as a store that is away does.</summary>
public sealed class BreakableStorage(IGrainStorage inner) : IGrainStorage
{
    public bool IsDown { get; set; }

    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        IsDown ? throw Away() : inner.ReadStateAsync(stateName, grainId, grainState);

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        IsDown ? throw Away() : inner.WriteStateAsync(stateName, grainId, grainState);

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        IsDown ? throw Away() : inner.ClearStateAsync(stateName, grainId, grainState);

    private static IOException Away() => new("The test's storage is away.");
}
