using System.Collections.Concurrent;

namespace Curfew.Grains.Tests;

// A reminder table of one process, which notes what happens in the row of the grain that it happens to.
internal sealed class TestReminders(TestStorage storage) : IReminderTable
{
    private readonly ConcurrentDictionary<(GrainId Grain, string Name), ReminderEntry> _entries = new();

    public IReadOnlyList<ReminderEntry> Of(UserKey user) => Of(GrainId.Create("curfew.user", user.ToString()));

    public IReadOnlyList<ReminderEntry> Of(GrainId grain) => [.. _entries.Values.Where(entry => entry.GrainId == grain)];

    public Task<ReminderTableData> ReadRows(GrainId grainId) => Task.FromResult(new ReminderTableData(Of(grainId)));

    public Task<ReminderTableData> ReadRows(uint begin, uint end) =>
        Task.FromResult(new ReminderTableData(_entries.Values.Where(entry => IsIn(entry.GrainId.GetUniformHashCode(), begin, end))));

    public Task<ReminderEntry?> ReadRow(GrainId grainId, string reminderName) =>
        Task.FromResult(_entries.GetValueOrDefault((grainId, reminderName)));

    public async Task<string?> UpsertRow(ReminderEntry entry)
    {
        var row = storage.Of(entry.GrainId);
        entry.ETag = Guid.NewGuid().ToString();
        _entries[(entry.GrainId, entry.ReminderName)] = entry;
        row.Note("reminder");
        await (row.AfterRegistering?.Invoke() ?? Task.CompletedTask);
        return entry.ETag;
    }

    public Task<bool> RemoveRow(GrainId grainId, string reminderName, string eTag)
    {
        var removed = _entries.TryGetValue((grainId, reminderName), out var entry) && entry.ETag == eTag
            && _entries.TryRemove((grainId, reminderName), out _);
        if (removed)
            storage.Of(grainId).Note("reminder gone");
        return Task.FromResult(removed);
    }

    public Task TestOnlyClearTable() => throw new NotSupportedException();

    private static bool IsIn(uint hash, uint begin, uint end) =>
        begin < end ? begin < hash && hash <= end : hash > begin || hash <= end;
}
