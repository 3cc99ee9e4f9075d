using Curfew.Grains;

namespace Curfew.Sqlite.Reminders;

/// <summary>Counts the reminders, of which each user with revocations has one. It reads the whole table: not on a grain's thread.</summary>
internal sealed class SqliteUsers(SqliteDatabase database) : IStoredUsers
{
    public Task<long> CountAsync(CancellationToken cancellationToken) =>
        Task.Run(async () => await database.ReadAsync(c => c.Reminders.Count()).ConfigureAwait(false), cancellationToken);
}
