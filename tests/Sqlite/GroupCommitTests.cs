using Curfew.Sqlite.Tests.Support;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Orleans.Storage;

namespace Curfew.Sqlite.Tests;

public sealed class GroupCommitTests : IAsyncDisposable
{
    private readonly TestDatabase _test = TestDatabase.OpenNew();
    private readonly ManualResetEventSlim _gate = new(initialState: true);
    private readonly SemaphoreSlim _atGate = new(0);

    public GroupCommitTests() => _test.Database.BeforeCommit = () =>
    {
        _atGate.Release();
        _gate.Wait();
    };

    // Red with MaxBatch = 1.
    [Fact]
    public async Task Writes_that_wait_together_share_a_commit()
    {
        var (first, others) = await WriteBehindTheGate(300);
        _gate.Set();
        await Task.WhenAll([first, .. others]);

        Assert.Equal(2, _test.Database.Commits);
        Assert.Equal(301L, _test.Query<long>("SELECT count(*) FROM states"));
    }

    // Red when Complete is called before COMMIT. That COMMIT flushes is FlushTests' matter.
    [Fact]
    public async Task A_write_is_acknowledged_after_its_commit_and_not_before()
    {
        _gate.Reset();
        var write = _test.WriteAsync("a", "1");
        await _atGate.WaitAsync();

        Assert.False(write.IsCompleted);
        Assert.False((await _test.ReadAsync("a")).RecordExists);

        _gate.Set();
        await write;
        Assert.True((await _test.ReadAsync("a")).RecordExists);
    }

    // Red without the catch in Write: nobody is told. Red when conflicts are told before the commit.
    [Fact]
    public async Task When_the_commit_fails_every_write_of_the_batch_fails_and_the_next_batch_succeeds()
    {
        var (first, others) = await WriteBehindTheGate(20);
        var conflicting = _test.WriteAsync("0", "again");
        var reminder = _test.Reminders.UpsertRow(
            new ReminderEntry { GrainId = TestDatabase.Grain("a"), ReminderName = "expiry", StartAt = DateTime.UnixEpoch });
        _test.Database.BeforeCommit = () => throw new SqliteException("disk I/O error", 10);
        _gate.Set();
        await first;

        foreach (var write in others.Append<Task>(conflicting).Append(reminder))
        {
            var e = await Assert.ThrowsAsync<StorageUnavailableException>(() => write);
            Assert.Contains("disk I/O error", e.Message, StringComparison.Ordinal);
        }

        Assert.Equal(1L, _test.Query<long>("SELECT count(*) FROM states"));

        _test.Database.BeforeCommit = () => { };
        await _test.WriteAsync("0", "1");
        Assert.Equal(2L, _test.Query<long>("SELECT count(*) FROM states"));
    }

    [Fact]
    public async Task Failing_is_logged_once_and_so_is_recovery()
    {
        _test.Database.BeforeCommit = () => throw new SqliteException("database or disk is full", 13);
        for (var i = 0; i < 5; i++) await Assert.ThrowsAsync<StorageUnavailableException>(() => _test.WriteAsync("a", "1"));
        _test.Database.BeforeCommit = () => { };
        for (var i = 0; i < 5; i++) await _test.WriteAsync($"{i}", "1");

        var entries = _test.Log.Entries.ToArray();
        Assert.Equal([LogLevel.Error, LogLevel.Information], entries.Select(e => e.Level));
        Assert.Contains("full", entries[0].Message, StringComparison.Ordinal);
    }

    // Red when Apply lets an InconsistentStateException out.
    [Fact]
    public async Task A_conflict_fails_its_own_write_only()
    {
        await _test.WriteAsync("taken", "1");
        var (first, others) = await WriteBehindTheGate(10);
        var conflicting = _test.WriteAsync("taken", "2");
        var tooLarge = _test.Database.WriteAsync(c => c.States.Write("user/large", "facts", null, new byte[1_000_000_001]), 0, default);
        var next = _test.WriteAsync("next", "1");
        _gate.Set();

        await Assert.ThrowsAsync<InconsistentStateException>(() => conflicting);
        await Assert.ThrowsAsync<StorageUnavailableException>(() => tooLarge);
        await Task.WhenAll([first, next, .. others]);
        Assert.Equal(13L, _test.Query<long>("SELECT count(*) FROM states"));
    }

    [Fact]
    public async Task A_write_cancelled_while_it_waits_is_never_written()
    {
        using var cancellation = new CancellationTokenSource();
        var (first, _) = await WriteBehindTheGate(0);
        var waiting = _test.Storage.WriteStateAsync(
            "facts", TestDatabase.Grain("waiting"), new GrainState<Note>(new Note("1")), cancellation.Token);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        _gate.Set();
        await first;

        await _test.WriteAsync("b", "1");
        Assert.False((await _test.ReadAsync("waiting")).RecordExists);
    }

    // Red when TryCancel ignores that a write is taken: it would be written, and said to be cancelled.
    [Fact]
    public async Task A_write_that_is_in_a_batch_is_told_how_it_ended_even_when_cancelled()
    {
        using var cancellation = new CancellationTokenSource();
        _gate.Reset();
        var taken = _test.Storage.WriteStateAsync(
            "facts", TestDatabase.Grain("a"), new GrainState<Note>(new Note("1")), cancellation.Token);
        await _atGate.WaitAsync();
        await cancellation.CancelAsync();
        Assert.False(taken.IsCompleted);
        _gate.Set();
        await taken;
        Assert.True((await _test.ReadAsync("a")).RecordExists);
    }

    // Red when closing doesn't wait for the writer's thread.
    [Fact]
    public async Task Closing_completes_the_writes_that_wait_and_refuses_later_ones()
    {
        var (first, others) = await WriteBehindTheGate(50);
        var closing = _test.Database.CloseAsync();
        Assert.False(closing.IsCompleted);
        await Assert.ThrowsAsync<StorageUnavailableException>(() => _test.WriteAsync("late", "1"));
        await Assert.ThrowsAsync<StorageUnavailableException>(() => _test.ReadAsync("late"));
        _gate.Set();
        await closing;
        await Task.WhenAll([first, .. others]);
        Assert.False(File.Exists(_test.Database.Path + "-wal"));

        await using var reopened = TestDatabase.Open(_test.Directory);
        Assert.Equal(51L, reopened.Query<long>("SELECT count(*) FROM states"));
    }

    public async ValueTask DisposeAsync()
    {
        _gate.Set();
        await _test.DisposeAsync();
    }

    /// <summary>One write that is about to be committed, and others that wait for the next batch.</summary>
    private async Task<(Task First, Task[] Others)> WriteBehindTheGate(int count)
    {
        _gate.Reset();
        var first = _test.WriteAsync("first", "1");
        await _atGate.WaitAsync();
        return (first, [.. Enumerable.Range(0, count).Select(i => _test.WriteAsync($"{i}", "1"))]);
    }
}
