using Curfew.Sqlite.Reminders;
using Curfew.Sqlite.Tests.Support;

namespace Curfew.Sqlite.Tests;

/// <summary>What Orleans's own reminder tables are held to.</summary>
public sealed class ReminderTableTests : IAsyncDisposable
{
    private static readonly DateTime Start = new DateTime(2026, 2, 3, 4, 5, 6, DateTimeKind.Utc).AddTicks(7);

    private readonly TestDatabase _test = TestDatabase.OpenNew();

    private IReminderTable Table => _test.Reminders;

    [Fact]
    public async Task A_reminder_is_read_as_it_was_written()
    {
        var entry = Entry("foo/bar\\#baz?", "foo/bar\\#b_a_z?\0x");
        var etag = await Table.UpsertRow(entry);

        var read = await Table.ReadRow(entry.GrainId, entry.ReminderName);
        Assert.NotNull(read);
        Assert.Equal(
            (entry.GrainId, entry.ReminderName, entry.StartAt, DateTimeKind.Utc, entry.Period, etag),
            (read.GrainId, read.ReminderName, read.StartAt, read.StartAt.Kind, read.Period, read.ETag));
        Assert.Null(await Table.ReadRow(entry.GrainId, "another"));
        Assert.Null(await Table.ReadRow(TestDatabase.Grain("another"), entry.ReminderName));
    }

    [Fact]
    public async Task Upsert_replaces_whatever_etag_it_brings()
    {
        var entry = Entry("a", "expiry");
        var first = await Table.UpsertRow(entry);
        entry.StartAt = Start.AddDays(1);
        entry.Period = TimeSpan.FromHours(3);
        entry.ETag = "stale";
        var second = await Table.UpsertRow(entry);

        Assert.NotEqual(first, second);
        var read = Assert.Single((await Table.ReadRows(entry.GrainId)).Reminders);
        Assert.Equal((Start.AddDays(1), TimeSpan.FromHours(3), second), (read.StartAt, read.Period, read.ETag));
    }

    [Fact]
    public async Task Remove_takes_the_current_etag_only()
    {
        var entry = Entry("a", "expiry");
        var old = await Table.UpsertRow(entry);
        var current = await Table.UpsertRow(entry);

        Assert.False(await Table.RemoveRow(entry.GrainId, "expiry", old!));
        Assert.False(await Table.RemoveRow(entry.GrainId, "expiry", "unknown"));
        Assert.False(await Table.RemoveRow(entry.GrainId, "bla", current!));
        Assert.False(await Table.RemoveRow(TestDatabase.Grain("b"), "expiry", current!));
        Assert.True(await Table.RemoveRow(entry.GrainId, "expiry", current!));
        Assert.False(await Table.RemoveRow(entry.GrainId, "expiry", current!));
        Assert.Equal(0L, _test.Query<long>("SELECT count(*) FROM reminders"));
    }

    [Fact]
    public async Task A_grain_has_the_reminders_of_its_own()
    {
        foreach (var (grain, name) in new[] { ("a", "1"), ("a", "2"), ("b", "1") }) await Table.UpsertRow(Entry(grain, name));

        var names = (await Table.ReadRows(TestDatabase.Grain("a"))).Reminders.Select(r => r.ReminderName);
        Assert.Equal(["1", "2"], names.Order());
        Assert.Empty((await Table.ReadRows(TestDatabase.Grain("c"))).Reminders);
    }

    [Fact]
    public async Task Parallel_upserts_each_get_an_etag_of_their_own()
    {
        var etags = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => Table.UpsertRow(Entry("a", "expiry"))));
        Assert.Equal(100, etags.Distinct().Count());
        Assert.Contains((await Table.ReadRow(TestDatabase.Grain("a"), "expiry"))!.ETag, etags);
    }

    // Red with hashes as signed 32-bit integers, with >= for >, and with begin == end as an empty range.
    [Fact]
    public async Task Ranges_go_around_the_ring_and_hold_their_end_but_not_their_begin()
    {
        var hashes = new List<uint>();
        await Task.WhenAll(Enumerable.Range(0, 500).Select(async i =>
        {
            var entry = Entry($"{i}", "expiry");
            lock (hashes) hashes.Add(entry.GrainId.GetUniformHashCode());
            await Table.UpsertRow(entry);
        }));
        Assert.Contains(hashes, h => h > int.MaxValue);

        var random = new Random(1);
        uint[] bounds = [0, 1, int.MaxValue, (uint)int.MaxValue + 1, uint.MaxValue - 1, uint.MaxValue, hashes[0], hashes[1], hashes[0] - 1];
        var ranges = (from begin in bounds from end in bounds select (begin, end))
            .Concat(Enumerable.Range(0, 500).Select(_ => ((uint)random.NextInt64(1L << 32), (uint)random.NextInt64(1L << 32))));
        foreach (var (begin, end) in ranges)
        {
            var expected = hashes.Where(h => begin < end ? h > begin && h <= end : h > begin || h <= end);
            var found = (await Table.ReadRows(begin, end)).Reminders.Select(r => r.GrainId.GetUniformHashCode());
            Assert.Equal(expected.Order(), found.Order());
        }
    }

    // Red when a range holds all rows: each refresh of Orleans's would read those of a million users.
    [Fact]
    public async Task A_range_holds_what_is_due_soon_and_a_grain_what_is_due_whenever()
    {
        var (now, window) = (TimeProvider.System.GetUtcNow().UtcDateTime, new ReminderOptions().ReminderLoadingWindow);
        foreach (var (grain, start) in new[] { ("long due", now.AddDays(-1)), ("soon", now + window), ("later", now + (3 * window)) })
        {
            var entry = Entry(grain, "expiry");
            entry.StartAt = start;
            await Table.UpsertRow(entry);
        }

        foreach (var half in (uint[])[0, 1u << 31])
        {
            Assert.Equal(
                new[] { TestDatabase.Grain("long due"), TestDatabase.Grain("soon") }.ToHashSet(),
                (await Table.ReadRows(half, half)).Reminders.Select(r => r.GrainId).ToHashSet());
        }

        Assert.Single((await Table.ReadRows(TestDatabase.Grain("later"))).Reminders);
    }

    // Red with names counted instead of rows.
    [Fact]
    public async Task Rows_are_counted_as_they_come_and_go()
    {
        var users = new SqliteUsers(_test.Database);
        Assert.Equal(0, await users.CountAsync(default));
        foreach (var grain in new[] { "a", "b", "b", "c" }) await Table.UpsertRow(Entry(grain, "expiry"));
        Assert.Equal(3, await users.CountAsync(default));

        await Table.RemoveRow(TestDatabase.Grain("a"), "expiry", (await Table.ReadRow(TestDatabase.Grain("a"), "expiry"))!.ETag!);
        Assert.Equal(2, await users.CountAsync(default));
    }

    [Fact]
    public async Task Clearing_the_table_leaves_the_states()
    {
        await _test.WriteAsync("a", "1");
        await Table.UpsertRow(Entry("a", "expiry"));
        await Table.TestOnlyClearTable();

        Assert.Empty((await Table.ReadRows(0, 0)).Reminders);
        Assert.True((await _test.ReadAsync("a")).RecordExists);
    }

    public ValueTask DisposeAsync() => _test.DisposeAsync();

    private static ReminderEntry Entry(string grain, string name) => new()
    {
        GrainId = TestDatabase.Grain(grain),
        ReminderName = name,
        StartAt = Start,
        Period = TimeSpan.FromMinutes(1),
    };
}
