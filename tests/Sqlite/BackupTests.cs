using Curfew.Sqlite.Tests.Support;

namespace Curfew.Sqlite.Tests;

public sealed class BackupTests : IAsyncDisposable
{
    private readonly TemporaryDirectory _files = new();
    private readonly TestDatabase _test = TestDatabase.OpenNew();

    private string Backup => _files["backup.db"];

    [Fact]
    public async Task A_restored_backup_has_states_reminders_and_settings_and_can_be_written()
    {
        var state = await _test.WriteAsync("a", "1");
        var etag = await _test.Reminders.UpsertRow(
            new ReminderEntry { GrainId = TestDatabase.Grain("a"), ReminderName = "expiry", StartAt = DateTime.UnixEpoch });
        await _test.Database.Settings.WriteAsync(new Dictionary<string, long> { ["limit"] = 7 });

        await _test.Database.BackupAsync(Backup);
        Assert.Equal([Backup], Directory.GetFiles(_files.Path));
        await SqliteBackup.RestoreAsync(Backup, _files["restored"]);

        await using var restored = TestDatabase.Open(_files["restored"]);
        Assert.Equal(etag, (await restored.Reminders.ReadRow(TestDatabase.Grain("a"), "expiry"))!.ETag);
        Assert.Equal(7, (await restored.Database.Settings.ReadAsync())["limit"]);
        await restored.WriteAsync("a", "2", state.ETag);
    }

    // docs/backup.md shows these lines.
    [Fact]
    public async Task As_documented_a_restored_backup_has_the_state()
    {
        await _test.WriteAsync("a", "1");
        var (database, data, restored) = (_test.Database, _test.Directory, _files["restored"]);
        var backup = _files["first.db"];
        await SqliteBackup.CreateAsync(data, backup);
        backup = _files["second.db"];
        await database.BackupAsync(backup);
        await SqliteBackup.RestoreAsync(backup, restored);

        await using var opened = TestDatabase.Open(restored);
        Assert.Equal("1", (await opened.ReadAsync("a")).State!.Text);
        await SqliteBackup.RestoreAsync(_files["first.db"], _files["other"]);
        await using var other = TestDatabase.Open(_files["other"]);
        Assert.Equal("1", (await other.ReadAsync("a")).State!.Text);
    }

    // Red when the backup copies curfew.db alone: what is in the log is missing.
    [Fact]
    public async Task A_backup_under_load_is_consistent_and_has_all_that_was_acknowledged_before_it()
    {
        // Each writer counts its own two grains up, the first before the second: at any instant the first is equal or one ahead.
        using var stop = new CancellationTokenSource();
        var progress = new int[8];
        var writers = Enumerable.Range(0, progress.Length).Select(async w =>
        {
            string? first = null, second = null;
            for (var i = 1; !stop.IsCancellationRequested; i++)
            {
                first = (await _test.WriteAsync($"{w} first", $"{i}", first)).ETag;
                second = (await _test.WriteAsync($"{w} second", $"{i}", second)).ETag;
                Volatile.Write(ref progress[w], i);
            }
        }).ToArray();

        for (var round = 0; round < 5; round++)
        {
            var target = progress.Min() + 20;
            while (progress.Min() < target) await Task.Yield();
            var before = progress.ToArray();
            await _test.Database.BackupAsync(_files[$"{round}.db"]);
            await SqliteBackup.RestoreAsync(_files[$"{round}.db"], _files[$"{round}"]);

            await using var restored = TestDatabase.Open(_files[$"{round}"]);
            for (var w = 0; w < progress.Length; w++)
            {
                var first = int.Parse((await restored.ReadAsync($"{w} first")).State!.Text);
                var second = int.Parse((await restored.ReadAsync($"{w} second")).State!.Text);
                Assert.InRange(first - second, 0, 1);
                Assert.InRange(second, before[w], int.MaxValue);
            }
        }

        await stop.CancelAsync();
        await Task.WhenAll(writers);
    }

    [Fact]
    public async Task A_backup_can_be_taken_from_another_process_s_directory_and_of_a_crashed_one()
    {
        using var child = ChildProcess.Start("write", _files["data"]);
        Assert.Equal("open", await child.ReadLineAsync());
        var key = await child.ReadLineAsync();
        await SqliteBackup.CreateAsync(_files["data"], _files["running.db"]);
        await child.KillAsync();
        await SqliteBackup.CreateAsync(_files["data"], _files["crashed.db"]);

        foreach (var name in new[] { "running", "crashed" })
        {
            await SqliteBackup.RestoreAsync(_files[$"{name}.db"], _files[name]);
            await using var restored = TestDatabase.Open(_files[name]);
            Assert.True((await restored.ReadAsync(key!)).RecordExists);
        }

        // Red when the backup's connection merges the log as the last to close: the directory takes it for lost.
        await TestDatabase.Open(_files["data"]).DisposeAsync();
    }

    [Fact]
    public async Task An_existing_file_is_not_overwritten_and_a_missing_database_not_backed_up()
    {
        await File.WriteAllTextAsync(Backup, "precious");
        await Assert.ThrowsAsync<IOException>(() => _test.Database.BackupAsync(Backup));
        Assert.Equal("precious", await File.ReadAllTextAsync(Backup));
        await Assert.ThrowsAsync<DataDirectoryException>(() => SqliteBackup.CreateAsync(_files["none"], _files["new.db"]));
        await Assert.ThrowsAnyAsync<IOException>(() => _test.Database.BackupAsync(_files["no/such/directory.db"]));
    }

    [Fact]
    public async Task A_directory_with_a_database_is_not_restored_into()
    {
        await _test.Database.BackupAsync(Backup);
        await Assert.ThrowsAsync<DataDirectoryException>(() => SqliteBackup.RestoreAsync(Backup, _test.Directory));
        await _test.Database.CloseAsync();
        await Assert.ThrowsAsync<DataDirectoryException>(() => SqliteBackup.RestoreAsync(Backup, _test.Directory));
    }

    [Fact]
    public async Task A_damaged_backup_is_refused_and_makes_no_database()
    {
        await Task.WhenAll(Enumerable.Range(0, 1000).Select(i => _test.WriteAsync($"{i}", new string('x', 500))));
        await _test.Database.BackupAsync(Backup);
        var bytes = await File.ReadAllBytesAsync(Backup);
        bytes.AsSpan(bytes.Length / 2 / 4096 * 4096, 4096).Fill(0xA5);
        await File.WriteAllBytesAsync(Backup, bytes);

        var e = await Assert.ThrowsAsync<DataDirectoryException>(() => SqliteBackup.RestoreAsync(Backup, _files["restored"]));
        Assert.Contains(Backup, e.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(_files["restored/curfew.db"]));

        await File.WriteAllTextAsync(Backup, "not a database");
        await Assert.ThrowsAsync<DataDirectoryException>(() => SqliteBackup.RestoreAsync(Backup, _files["restored"]));
        await Assert.ThrowsAsync<DataDirectoryException>(() => SqliteBackup.RestoreAsync(_files["none"], _files["restored"]));
    }

    public async ValueTask DisposeAsync()
    {
        await _test.DisposeAsync();
        _files.Dispose();
    }
}
