using Curfew.Sqlite.Tests.Support;
using Microsoft.Extensions.Logging;

namespace Curfew.Sqlite.Tests;

/// <summary>A real file system that is really full.</summary>
public sealed class FullDiskTests
{
    [TmpfsFact]
    public async Task On_a_full_disk_writes_fail_reads_go_on_and_writes_return_with_space()
    {
        using var disk = new Tmpfs("2m");
        await using var test = TestDatabase.Open(Path.Combine(disk.Path, "data"));
        await test.WriteAsync("first", "1");
        var written = 0;
        StorageUnavailableException? failure = null;
        while (failure is null)
        {
            try
            {
                await test.WriteAsync($"{written}", new string('x', 10_000));
                written++;
            }
            catch (StorageUnavailableException e)
            {
                failure = e;
            }
        }

        Assert.Contains("full", failure.Message, StringComparison.Ordinal);
        Assert.InRange(written, 10, 200);

        // Every one fails, together and alone, the log has one line, and all that was acknowledged can be read.
        var writes = Enumerable.Range(0, 20).Select(i => test.WriteAsync($"late {i}", new string('x', 10_000))).ToArray();
        foreach (var write in writes) await Assert.ThrowsAsync<StorageUnavailableException>(() => write);
        Assert.Equal([LogLevel.Error], test.Log.Entries.Select(e => e.Level));
        Assert.Equal(written + 1, (await test.Database.ReadStatesAsync("facts").ToListAsync()).Count);
        Assert.True((await test.ReadAsync($"{written - 1}")).RecordExists);
        Assert.False((await test.ReadAsync("late 0")).RecordExists);

        disk.Resize("16m");
        await test.WriteAsync("late 0", "1");
        Assert.True((await test.ReadAsync("late 0")).RecordExists);
        Assert.Equal([LogLevel.Error, LogLevel.Information], test.Log.Entries.Select(e => e.Level));
    }

    [TmpfsFact]
    public async Task A_full_disk_loses_nothing_over_a_restart_and_the_restart_serves_reads()
    {
        using var disk = new Tmpfs("2m");
        var directory = Path.Combine(disk.Path, "data");
        var written = 0;
        await using (var test = TestDatabase.Open(directory))
        {
            await Assert.ThrowsAsync<StorageUnavailableException>(async () =>
            {
                for (; ; written++) await test.WriteAsync($"{written}", new string('x', 10_000));
            });
        }

        await FillUpAsync(disk.Path);
        await using (var restarted = TestDatabase.Open(directory))
        {
            Assert.Equal(written, (await restarted.Database.ReadStatesAsync("facts").ToListAsync()).Count);
            await Assert.ThrowsAsync<StorageUnavailableException>(() => restarted.WriteAsync("late", new string('x', 500_000)));
            Assert.True((await restarted.ReadAsync("0")).RecordExists);

            File.Delete(Path.Combine(disk.Path, "ballast"));
            await restarted.WriteAsync("late", "1");
        }

        await using var reopened = TestDatabase.Open(directory);
        Assert.True((await reopened.ReadAsync("late")).RecordExists);
    }

    [TmpfsFact]
    public async Task A_backup_that_does_not_fit_leaves_nothing_behind()
    {
        using var disk = new Tmpfs("256k");
        await using var test = TestDatabase.OpenNew();
        await test.WriteAsync("a", new string('x', 1_000_000));
        await Assert.ThrowsAsync<IOException>(() => test.Database.BackupAsync(Path.Combine(disk.Path, "backup.db")));
        Assert.Empty(Directory.GetFiles(disk.Path));
    }

    private static async Task FillUpAsync(string path)
    {
        await using var ballast = new FileStream(Path.Combine(path, "ballast"), FileMode.Create, FileAccess.Write, FileShare.None, 0);
        try
        {
            while (true) await ballast.WriteAsync(new byte[4096]);
        }
        catch (IOException)
        {
        }
    }
}
