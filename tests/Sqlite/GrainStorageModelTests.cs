using Curfew.Sqlite.Tests.Support;
using Orleans.Storage;

namespace Curfew.Sqlite.Tests;

public sealed class GrainStorageModelTests
{
    /// <summary>Random reads, writes and clears with current, old, missing and foreign etags, beside a dictionary that does the same.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Behaves_like_a_dictionary_with_etags(int seed)
    {
        await using var test = TestDatabase.OpenNew();
        var random = new Random(seed);
        var stored = new Dictionary<string, (string? ETag, Note Note)>();
        var etags = new List<string?> { null, "", "unknown" };

        for (var step = 0; step < 1500; step++)
        {
            var key = $"{random.Next(4)}";
            var (current, note) = stored.GetValueOrDefault(key);
            // As often as not the right one, or nothing would ever be written.
            var etag = random.Next(2) == 0 ? current : etags[random.Next(etags.Count)];
            var matches = (etag is "" ? null : etag) == current;
            var state = new GrainState<Note>(new Note($"{step}"), etag);

            switch (random.Next(3))
            {
                case 0:
                    await test.Storage.ReadStateAsync("facts", TestDatabase.Grain(key), state);
                    Assert.Equal((current, note ?? new Note(), current is not null), (state.ETag, state.State, state.RecordExists));
                    break;
                case 1 when matches:
                    await test.Storage.WriteStateAsync("facts", TestDatabase.Grain(key), state);
                    Assert.DoesNotContain(state.ETag, etags);
                    stored[key] = (state.ETag, state.State!);
                    etags.Add(state.ETag);
                    break;
                case 1:
                    await Assert.ThrowsAsync<InconsistentStateException>(
                        () => test.Storage.WriteStateAsync("facts", TestDatabase.Grain(key), state));
                    break;
                case 2 when matches:
                    await test.Storage.ClearStateAsync("facts", TestDatabase.Grain(key), state);
                    stored.Remove(key);
                    break;
                default:
                    await Assert.ThrowsAsync<InconsistentStateException>(
                        () => test.Storage.ClearStateAsync("facts", TestDatabase.Grain(key), state));
                    break;
            }
        }

        Assert.True(etags.Count > 100);
        Assert.Equal((long)stored.Count, test.Query<long>("SELECT count(*) FROM states"));
    }
}
