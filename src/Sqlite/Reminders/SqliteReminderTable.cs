using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orleans.Reminders;

namespace Curfew.Sqlite.Reminders;

/// <summary>
/// Orleans's reminder table in the database. A change completes when it is on disk. Of a range it gives what is due soon: Orleans
/// looks for that again every few minutes and passes over all else, which is a million rows where a million users logged out.
/// </summary>
internal sealed class SqliteReminderTable(
    SqliteDatabase database, IOptions<ReminderOptions> options, [FromKeyedServices(ReminderTimeProviderNames.Reminders)] TimeProvider time)
    : IReminderTable
{
    private const int RowSize = 128;

    // Twice what Orleans takes: no row that it holds is missing from what it reads then, which would mean that it is gone.
    private DateTime Soon => time.GetUtcNow().UtcDateTime + (2 * options.Value.ReminderLoadingWindow);

    public async Task<ReminderTableData> ReadRows(GrainId grainId) =>
        new(await database.ReadAsync(c => c.Reminders.Read(grainId)).ConfigureAwait(false));

    public async Task<ReminderTableData> ReadRows(uint begin, uint end) =>
        new(await database.ReadAsync(c => c.Reminders.Read(begin, end, Soon)).ConfigureAwait(false));

    public async Task<ReminderEntry?> ReadRow(GrainId grainId, string reminderName) =>
        await database.ReadAsync(c => c.Reminders.Read(grainId, reminderName)).ConfigureAwait(false);

    public Task<string?> UpsertRow(ReminderEntry entry) => UpsertRow(entry, CancellationToken.None);

    public Task<string?> UpsertRow(ReminderEntry entry, CancellationToken cancellationToken)
    {
        // Copied now: Orleans keeps the entry and may change it before the batch runs.
        var (grainId, name, period) = (entry.GrainId, entry.ReminderName, entry.Period);
        var startAt = entry.StartAt.Kind == DateTimeKind.Local ? entry.StartAt.ToUniversalTime() : entry.StartAt;
        return database.WriteAsync<string?>(c => c.Reminders.Upsert(grainId, name, startAt, period), RowSize, cancellationToken);
    }

    public Task<bool> RemoveRow(GrainId grainId, string reminderName, string eTag) =>
        RemoveRow(grainId, reminderName, eTag, CancellationToken.None);

    public Task<bool> RemoveRow(GrainId grainId, string reminderName, string eTag, CancellationToken cancellationToken) =>
        database.WriteAsync(c => c.Reminders.Delete(grainId, reminderName, eTag), RowSize, cancellationToken);

    public Task TestOnlyClearTable() => database.WriteAsync(c => c.Reminders.Clear(), RowSize, CancellationToken.None);
}
