using System.Collections.Concurrent;
using Curfew.Sqlite.Tests.Support;

namespace Curfew.Sqlite.Tests;

public sealed class EnumerationTests : IAsyncDisposable
{
    private readonly TestDatabase _test = TestDatabase.OpenNew();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1999)]
    [InlineData(2000)]
    [InlineData(2001)]
    [InlineData(5000)]
    public async Task All_states_of_a_name_come_once_and_no_others(int count)
    {
        await FillAsync("facts", count);
        await FillAsync("cutoffs", 2500);

        var keys = await _test.Database.ReadStatesAsync("facts").Select(s => s.GrainId).ToListAsync();

        Assert.Equal(count, keys.Count);
        Assert.Equal(Enumerable.Range(0, count).Select(i => $"user/{i}").ToHashSet(), keys.ToHashSet());
        Assert.Empty(await _test.Database.ReadStatesAsync("none").ToListAsync());
    }

    // Red when parts leave out their last row.
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(5000)]
    public async Task All_states_of_a_name_are_visited_once_wherever_rows_are_missing(int count)
    {
        await FillAsync("facts", count);
        await FillAsync("cutoffs", 10);
        await Task.WhenAll(Enumerable.Range(0, count).Where(i => i % 1000 > 500).Select(async gone =>
            await _test.Storage.ClearStateAsync("facts", TestDatabase.Grain($"{gone}"), await _test.ReadAsync($"{gone}"))));

        var visited = new ConcurrentBag<string>();
        await _test.Database.VisitStatesAsync("facts", (grain, data) =>
        {
            Assert.Equal(grain, "user/" + new JsonStateSerializer().Deserialize<Note>(new BinaryData(data.ToArray())).Text);
            visited.Add(grain);
        });

        Assert.Equal(
            Enumerable.Range(0, count).Where(i => i % 1000 <= 500).Select(i => $"user/{i}").Order(), visited.Order());
    }

    // Seen red with a part that ends, without a word, where the visitor failed.
    [Fact]
    public async Task A_visitor_s_failure_is_the_caller_s()
    {
        await FillAsync("facts", 10);
        await Assert.ThrowsAsync<InvalidDataException>(
            () => _test.Database.VisitStatesAsync("facts", (_, _) => throw new InvalidDataException()));
    }

    [Fact]
    public async Task States_come_as_their_serializer_wrote_them()
    {
        await _test.WriteAsync("a", "ä");
        var state = Assert.Single(await _test.Database.ReadStatesAsync("facts").ToListAsync());
        Assert.Equal(TestDatabase.Grain("a"), GrainId.Parse(state.GrainId));
        Assert.Equal(new Note("ä"), new JsonStateSerializer().Deserialize<Note>(new BinaryData(state.Data)));
    }

    // Red when a page continues by counting rows (OFFSET): the clears make it skip some.
    [Fact]
    public async Task States_that_stay_are_not_missed_while_others_are_cleared_and_written()
    {
        await FillAsync("facts", 6000);
        var seen = new HashSet<string>();
        var cleared = 0;
        await foreach (var state in _test.Database.ReadStatesAsync("facts"))
        {
            Assert.True(seen.Add(state.GrainId));
            if (seen.Count % 100 != 0) continue;

            // Behind the enumeration, rows go; before it, rows change.
            var gone = await _test.ReadAsync($"{cleared}");
            await _test.Storage.ClearStateAsync("facts", TestDatabase.Grain($"{cleared++}"), gone);
            var changed = await _test.ReadAsync("5999");
            await _test.WriteAsync("5999", $"{cleared}", changed.ETag);
        }

        Assert.Equal(6000, seen.Count);
    }

    [Fact]
    public async Task A_closed_database_ends_an_enumeration_with_an_error_not_as_if_it_were_complete()
    {
        await FillAsync("facts", 10_000);
        await Assert.ThrowsAsync<StorageUnavailableException>(async () =>
        {
            await foreach (var _ in _test.Database.ReadStatesAsync("facts")) await _test.Database.CloseAsync();
        });
    }

    [Fact]
    public async Task An_enumeration_can_be_cancelled()
    {
        await FillAsync("facts", 10);
        using var cancellation = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var _ in _test.Database.ReadStatesAsync("facts", cancellation.Token)) await cancellation.CancelAsync();
        });
    }

    public ValueTask DisposeAsync() => _test.DisposeAsync();

    private Task FillAsync(string stateName, int count) => Task.WhenAll(Enumerable.Range(0, count).Select(i =>
        _test.Storage.WriteStateAsync(stateName, TestDatabase.Grain($"{i}"), new GrainState<Note>(new Note($"{i}")))));
}
