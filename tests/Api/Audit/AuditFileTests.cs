using System.Text;
using Curfew.Sqlite.Tests.Support;

namespace Curfew.Api.Tests.Audit;

/// <summary>The file over deaths, rotations, full disks and other hands, while events are recorded.</summary>
public sealed class AuditFileTests : IDisposable
{
    private readonly TestTrail _trail = new();

    public void Dispose() => _trail.Dispose();

    [Fact]
    public async Task EventsOfManyAtOnce_AreWholeLinesInOrder()
    {
        await using (var trail = _trail.Open())
            await Task.WhenAll(Enumerable.Range(0, 500).Select(i => Task.Run(() => trail.RecordAsync(TestTrail.Logout($"user {i}")))));

        var report = await _trail.VerifyAsync();
        Assert.Empty(report.Findings);
        Assert.Equal(501, report.Events);
        Assert.Equal(500, _trail.Lines.Skip(1).Select(line => (string?)TestTrail.Read(line)["sub"]).Distinct().Count());
    }

    // As a death amid a write leaves it: part of a line, or of several. Seen red without the marker, and without the line's end.
    [Theory]
    [InlineData("""{"seq":4,"at":"2026-""")]
    [InlineData("{\"seq\":4,\"at\":\"2026-\n{\"se")]
    [InlineData("\0\0\0\0")]
    [InlineData("\0\0\0\0\n")]
    public async Task ATornEnd_IsMarkedAtTheNextStart_AndVerified(string torn)
    {
        await _trail.LiveAsync("a", "b");
        await File.AppendAllTextAsync(_trail.Path, torn);
        await _trail.LiveAsync("c");

        var report = await _trail.VerifyAsync();
        Assert.Empty(report.Findings);
        Assert.Contains($"{Encoding.UTF8.GetByteCount(torn)} bytes before are an event that was acknowledged to nobody", Assert.Single(report.Notes), StringComparison.Ordinal);
        Assert.Contains(_trail.Lines, line => line.Contains("\"event\":\"recovered\"", StringComparison.Ordinal));

        // What stands there is part of what is signed: changed afterwards, it is found.
        File.WriteAllText(_trail.Path, File.ReadAllText(_trail.Path).Replace(torn, "x" + torn[1..], StringComparison.Ordinal));
        Assert.NotEmpty((await _trail.VerifyAsync()).Findings);
    }

    // The last event was written whole, but its line's end wasn't.
    [Fact]
    public async Task AnEventWithoutItsLinesEnd_Counts()
    {
        await _trail.LiveAsync("a", "b");
        var whole = File.ReadAllText(_trail.Path);
        File.WriteAllText(_trail.Path, whole[..^1]);
        await _trail.LiveAsync("c");

        var report = await _trail.VerifyAsync();
        Assert.Empty(report.Findings);
        Assert.Equal(5, report.Events);
    }

    [Fact]
    public async Task AnUnfinishedEnd_BeforeTheNextStart_IsANote()
    {
        await _trail.LiveAsync("a");
        await File.AppendAllTextAsync(_trail.Path, "{\"seq\":3");

        var report = await _trail.VerifyAsync();
        Assert.Empty(report.Findings);
        Assert.Contains("audit.jsonl:3 (unfinished)", Assert.Single(report.Notes), StringComparison.Ordinal);
    }

    // As logrotate does it: by a rename, with and without an empty file made in its place, and by copytruncate.
    [Theory]
    [InlineData("rename")]
    [InlineData("rename and create")]
    [InlineData("copytruncate")]
    public async Task ARotatedFile_IsGoneOnWithInANewOne(string how)
    {
        var first = _trail.Path + ".1";
        await using (var trail = _trail.Open())
        {
            await trail.RecordAsync(TestTrail.Logout("a"));
            if (how == "copytruncate")
            {
                File.Copy(_trail.Path, first);
                File.WriteAllBytes(_trail.Path, []);
            }
            else
            {
                File.Move(_trail.Path, first);
                if (how == "rename and create")
                    File.WriteAllBytes(_trail.Path, []);
            }

            await trail.RecordAsync(TestTrail.Logout("b"));
            await trail.RecordAsync(TestTrail.Logout("c"));
        }

        await _trail.LiveAsync("d");
        Assert.Equal(["continued", "revocation", "revocation", "started", "revocation"], _trail.Lines.Select(line => (string?)TestTrail.Read(line)["event"]));
        var both = await _trail.VerifyAsync(null, first, _trail.Path);
        Assert.Empty(both.Findings);
        Assert.Equal((7, 1), (both.Events, both.First));

        // Alone, the second one says what is missing; with a line cut off the first one, both do.
        Assert.Contains("events before 3 are in files that were not given", Assert.Single((await _trail.VerifyAsync()).Notes), StringComparison.Ordinal);
        File.WriteAllLines(first, File.ReadAllLines(first)[..^1]);
        Assert.Contains("event 2 was dropped before event 3", Assert.Single((await _trail.VerifyAsync(null, first, _trail.Path)).Findings), StringComparison.Ordinal);
        Assert.NotEmpty((await _trail.VerifyAsync(null, _trail.Path, first)).Findings);
    }

    // What another hand does while the service runs stays, and is found. Nothing that is acknowledged goes to a file nobody finds.
    [Theory]
    [InlineData("cut")]
    [InlineData("replaced")]
    [InlineData("deleted")]
    public async Task AFileChangedUnderTheService_IsGoneOnWith_AndFound(string how)
    {
        await using (var trail = _trail.Open())
        {
            await trail.RecordAsync(TestTrail.Logout("a"));
            await trail.RecordAsync(TestTrail.Logout("b"));
            if (how == "cut")
            {
                using var file = new FileStream(_trail.Path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
                file.SetLength(file.Length - 10);
            }
            else
            {
                var changed = File.ReadAllText(_trail.Path).Replace("\"sub\":\"a\"", "\"sub\":\"another\"", StringComparison.Ordinal);
                File.Delete(_trail.Path);
                if (how == "replaced")
                    File.WriteAllText(_trail.Path, changed);
            }

            await trail.RecordAsync(TestTrail.Logout("c"));
        }

        Assert.Contains("\"sub\":\"c\"", _trail.Lines[^1], StringComparison.Ordinal);
        var report = await _trail.VerifyAsync();
        if (how == "deleted")
            Assert.Contains("events before 4 are in files", Assert.Single(report.Notes), StringComparison.Ordinal);
        else
            Assert.NotEmpty(report.Findings);
    }

    // Seen red with events that failed and weren't kept, and with a disk whose half-written group wasn't taken back.
    [TmpfsFact]
    public async Task AFullDisk_FailsWhoAsks_LosesNoEvent_AndRecovers()
    {
        using var disk = new Tmpfs("64k");
        using var full = new TestTrail(disk.Path);
        var written = 0;
        await using (var trail = full.Open())
        {
            await Assert.ThrowsAsync<IOException>(async () =>
            {
                for (; ; written++)
                    await trail.RecordAsync(TestTrail.Logout($"user {written}"));
            });
            await Assert.ThrowsAsync<IOException>(() => trail.RecordAsync(TestTrail.Logout("late")));
            Assert.Single(full.Log.TakeClean(), line => line.StartsWith("Critical", StringComparison.Ordinal));

            disk.Resize("1m");
            await trail.RecordAsync(TestTrail.Logout("last"));
        }

        Assert.Empty((await full.VerifyAsync()).Findings);
        Assert.Equal(
            [.. Enumerable.Range(0, written + 1).Select(i => $"user {i}"), "late", "last"],
            full.Lines.Skip(1).Select(line => (string?)TestTrail.Read(line)["sub"]));
        Assert.Contains(full.Log.TakeClean(), line => line.Contains("what could not be written is written", StringComparison.Ordinal));
    }

    // And without anybody asking again.
    [Fact]
    public async Task WhatCouldNotBeWritten_IsTriedAgain()
    {
        await using var trail = _trail.Open();
        var aside = _trail.Path + ".aside";
        File.Move(_trail.Path, aside);
        Directory.CreateDirectory(_trail.Path);
        await Assert.ThrowsAnyAsync<Exception>(() => trail.RecordAsync(TestTrail.Logout("a")));

        Directory.Delete(_trail.Path);
        File.Move(aside, _trail.Path);
        for (var waited = 0; waited < 600 && _trail.Lines.Length < 2; waited++)
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        Assert.Contains("\"sub\":\"a\"", _trail.Lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task TwoProcesses_OnOneFile_AreRefused()
    {
        await using var trail = _trail.Open();
        Assert.Contains("in use by another process", Assert.Throws<IOException>(() => _trail.Open()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AFileThatIsNoTrail_IsRefusedAndNotTouched()
    {
        File.WriteAllText(_trail.Path, "shopping list\nmilk\n");
        Assert.Contains("is no audit trail", Assert.Throws<InvalidDataException>(() => _trail.Open()).Message, StringComparison.Ordinal);
        Assert.Equal("shopping list\nmilk\n", File.ReadAllText(_trail.Path));
    }

    // The last event is found however long what follows it is.
    [Fact]
    public async Task AVeryLongTornEnd_IsReadOver()
    {
        await _trail.LiveAsync("a");
        await File.AppendAllTextAsync(_trail.Path, new string('x', 300_000));
        await _trail.LiveAsync("b");
        Assert.Empty((await _trail.VerifyAsync()).Findings);
    }

    [Fact]
    public async Task TheFile_IsItsOwnersAlone()
    {
        await _trail.LiveAsync();
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_trail.Path));
    }
}
