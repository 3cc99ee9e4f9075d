using Curfew.Sqlite.Tests.Support;
using Orleans.Storage;

namespace Curfew.Sqlite.Tests;

/// <summary>What Orleans's own storage providers are held to.</summary>
public sealed class GrainStorageTests : IAsyncDisposable
{
    private readonly TestDatabase _test = TestDatabase.OpenNew();

    [Fact]
    public async Task Read_of_what_was_never_written_gives_a_fresh_state()
    {
        var state = new GrainState<Note>(new Note("stale"), "stale") { RecordExists = true };
        await _test.Storage.ReadStateAsync("facts", TestDatabase.Grain("a"), state);

        Assert.False(state.RecordExists);
        Assert.Null(state.ETag);
        Assert.Equal(new Note(), state.State);
    }

    [Fact]
    public async Task Written_state_is_read_with_its_etag()
    {
        var written = await _test.WriteAsync("a", "Привет, 🌙");
        var read = await _test.ReadAsync("a");

        Assert.True(written.RecordExists && read.RecordExists);
        Assert.False(string.IsNullOrEmpty(written.ETag));
        Assert.Equal(written.ETag, read.ETag);
        Assert.Equal(new Note("Привет, 🌙"), read.State);
    }

    [Fact]
    public async Task Every_write_changes_the_etag_even_of_an_equal_state()
    {
        var first = await _test.WriteAsync("a", "same");
        var second = await _test.WriteAsync("a", "same", first.ETag);
        Assert.NotEqual(first.ETag, second.ETag);
    }

    // Red when the update's "AND etag = $5" is taken out.
    [Fact]
    public async Task Write_with_an_old_etag_is_refused_and_changes_nothing()
    {
        var first = await _test.WriteAsync("a", "1");
        var second = await _test.WriteAsync("a", "2", first.ETag);

        var e = await Assert.ThrowsAsync<InconsistentStateException>(() => _test.WriteAsync("a", "3", first.ETag));

        Assert.Equal((second.ETag, first.ETag), (e.StoredEtag, e.CurrentEtag));
        Assert.Equal(new Note("2"), (await _test.ReadAsync("a")).State);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("no etag of ours")]
    [InlineData("00000000000000000000000000000000")]
    public async Task Write_over_a_state_that_was_not_read_is_refused(string? etag)
    {
        await _test.WriteAsync("a", "1");
        await Assert.ThrowsAsync<InconsistentStateException>(() => _test.WriteAsync("a", "2", etag));
        Assert.Equal(new Note("1"), (await _test.ReadAsync("a")).State);
    }

    [Fact]
    public async Task Write_with_an_etag_where_nothing_is_stored_is_refused()
    {
        var e = await Assert.ThrowsAsync<InconsistentStateException>(
            () => _test.WriteAsync("a", "1", "00000000000000000000000000000000"));
        Assert.Null(e.StoredEtag);
    }

    [Fact]
    public async Task Clear_leaves_nothing_in_the_database()
    {
        var state = await _test.WriteAsync("a", "1");
        await _test.Storage.ClearStateAsync("facts", TestDatabase.Grain("a"), state);

        Assert.False(state.RecordExists);
        Assert.Null(state.ETag);
        Assert.Equal(new Note(), state.State);
        Assert.False((await _test.ReadAsync("a")).RecordExists);
        Assert.Equal(0L, _test.Query<long>("SELECT count(*) FROM states"));
    }

    [Fact]
    public async Task Clear_where_nothing_is_stored_succeeds_any_number_of_times()
    {
        var state = new GrainState<Note>(new Note("stale")) { RecordExists = true };
        await _test.Storage.ClearStateAsync("facts", TestDatabase.Grain("a"), state);
        await _test.Storage.ClearStateAsync("facts", TestDatabase.Grain("a"), state);
        Assert.False(state.RecordExists);
        Assert.Equal(new Note(), state.State);
    }

    [Fact]
    public async Task Clear_with_an_old_etag_or_none_is_refused()
    {
        var first = await _test.WriteAsync("a", "1");
        await _test.WriteAsync("a", "2", first.ETag);

        foreach (var etag in new[] { first.ETag, null })
        {
            await Assert.ThrowsAsync<InconsistentStateException>(() => _test.Storage.ClearStateAsync(
                "facts", TestDatabase.Grain("a"), new GrainState<Note>(new Note(), etag)));
        }

        Assert.Equal(new Note("2"), (await _test.ReadAsync("a")).State);
    }

    // Red when the etag is the row's own counter: the state written after the clear then has the first one's etag.
    [Fact]
    public async Task An_etag_from_before_a_clear_is_never_valid_again()
    {
        var before = await _test.WriteAsync("a", "1");
        var state = await _test.ReadAsync("a");
        await _test.Storage.ClearStateAsync("facts", TestDatabase.Grain("a"), state);
        state.State = new Note("2");
        await _test.Storage.WriteStateAsync("facts", TestDatabase.Grain("a"), state);

        await Assert.ThrowsAsync<InconsistentStateException>(() => _test.WriteAsync("a", "3", before.ETag));
        Assert.Equal(new Note("2"), (await _test.ReadAsync("a")).State);
    }

    [Fact]
    public async Task State_names_and_grains_are_told_apart_to_the_letter()
    {
        GrainId[] grains =
        [
            GrainId.Create("user", "a"), GrainId.Create("user", "A"), GrainId.Create("user", "a "), GrainId.Create("user", "a\0"),
            GrainId.Create("user", "a\0b"), GrainId.Create("user", "a/b"), GrainId.Create("usera", "b"), GrainId.Create("user", "ä"),
            GrainId.Create("user", "a\u0308"), GrainId.Create("user", "'; DROP TABLE states; --"), GrainId.Create("user", new string('x', 10_000)),
        ];
        foreach (var grain in grains)
        {
            foreach (var name in new[] { "facts", "Facts" })
                await _test.Storage.WriteStateAsync(name, grain, new GrainState<Note>(new Note($"{name} {grain}")));
        }

        foreach (var grain in grains)
        {
            foreach (var name in new[] { "facts", "Facts" })
            {
                var state = new GrainState<Note>();
                await _test.Storage.ReadStateAsync(name, grain, state);
                Assert.Equal(new Note($"{name} {grain}"), state.State);
            }
        }

        var enumerated = await _test.Database.ReadStatesAsync("facts").Select(s => GrainId.Parse(s.GrainId)).ToListAsync();
        Assert.Equal(grains.ToHashSet(), enumerated.ToHashSet());
    }

    [Fact]
    public async Task The_database_holds_no_type_names()
    {
        await _test.WriteAsync("a", "1");
        Assert.Equal(
            """user/a facts {"Text":"1"}""",
            _test.Query<string>("SELECT grain_id || ' ' || state_name || ' ' || CAST(data AS TEXT) FROM states"));
    }

    [Fact]
    public async Task A_state_that_can_not_be_read_is_an_error_and_leaves_the_grain_as_it_was()
    {
        await _test.WriteAsync("a", "1");
        _test.Query<object?>("UPDATE states SET data = x'00' RETURNING 1");

        var state = new GrainState<Note>(new Note("mine"), "mine");
        await Assert.ThrowsAnyAsync<Exception>(() => _test.Storage.ReadStateAsync("facts", TestDatabase.Grain("a"), state));
        Assert.Equal((new Note("mine"), "mine"), (state.State, state.ETag));
    }

    [Fact]
    public async Task Large_states_survive()
    {
        var text = new string('x', 8 << 20);
        await _test.WriteAsync("a", text);
        Assert.Equal(text, (await _test.ReadAsync("a")).State!.Text);
    }

    [Fact]
    public async Task Concurrent_writers_of_one_state_let_one_of_them_win()
    {
        var first = await _test.WriteAsync("a", "0");
        var outcomes = await Task.WhenAll(Enumerable.Range(1, 50).Select(async i =>
        {
            try
            {
                return (await _test.WriteAsync("a", $"{i}", first.ETag)).State;
            }
            catch (InconsistentStateException)
            {
                return null;
            }
        }));

        var winner = Assert.Single(outcomes, o => o is not null);
        Assert.Equal(winner, (await _test.ReadAsync("a")).State);
    }

    [Fact]
    public void A_connection_of_the_writer_flushes_every_commit()
    {
        using var connection = Files.Schema.OpenWriter(_test.Database.Path, out _);
        Assert.Equal("wal", Files.Schema.Query(connection, "PRAGMA journal_mode"));
        Assert.Equal(2L, Files.Schema.Query(connection, "PRAGMA synchronous"));
    }

    public ValueTask DisposeAsync() => _test.DisposeAsync();
}
