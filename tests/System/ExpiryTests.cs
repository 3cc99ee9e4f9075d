using System.Net;
using Curfew.System.Tests.Processes;
using Microsoft.Data.Sqlite;

namespace Curfew.System.Tests;

/// <summary>
/// What has expired is removed by a reminder, and an empty user leaves nothing behind (guarantee G4): looked for in the database's
/// own tables, on the machine's own clock.
/// </summary>
public sealed class ExpiryTests
{
    [Fact]
    public async Task ExpiredFacts_StateAndReminderRowsAreGone()
    {
        using var data = new TemporaryDirectory();
        await using var api = await ApiProcess.StartAsync(
            data.Path,
            ("Curfew:Limits:IssuerClockTolerance", "00:00:01"), ("Curfew:Limits:MaxTokenLifetime", "00:00:10"),
            ("Curfew:Limits:MaxSessionLifetime", "00:00:05"), ("Curfew:Limits:RetentionMargin", "00:00:00"),
            ("Curfew:Grains:ReminderPeriod", "00:00:01"));

        var tokens = new List<string>();
        foreach (var (user, body) in new[] { ("one", """{"scope":"token"}"""), ("two", """{"scope":"session"}"""), ("three", """{"scope":"everywhere"}""") })
        {
            var token = await api.TokenAsync(user, "s", lifetimeSeconds: 10);
            tokens.Add(token);
            await api.LogOutAsync(token, body);
        }

        Assert.Equal((3, 3), Rows(data.Path));
        foreach (var token in tokens)
            Assert.Equal(HttpStatusCode.Unauthorized, await api.StatusAsync("/me", token));

        await api.Process.UntilAsync(() => Task.FromResult(Rows(data.Path) == (0, 0)), "the rows to be gone");

        // Never early: the tokens are past their own end, too.
        foreach (var token in tokens)
            Assert.Equal(HttpStatusCode.Unauthorized, await api.StatusAsync("/me", token));
        Assert.Equal(HttpStatusCode.OK, await api.StatusAsync("/me", await api.TokenAsync("one", "s", lifetimeSeconds: 10)));
    }

    // Rows of users alone: the probe of the storage's health is none.
    private static (int States, int Reminders) Rows(string data)
    {
        var file = Directory.GetFiles(data, "*.db").Single();
        using var connection = new SqliteConnection(
            new SqliteConnectionStringBuilder { DataSource = file, Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ToString());
        connection.Open();
        return (Count("states"), Count("reminders"));

        int Count(string table)
        {
            using var command = connection.CreateCommand();
            command.CommandText = $"SELECT count(*) FROM {table} WHERE grain_id LIKE '%curfew-dev%'";
            return Convert.ToInt32(command.ExecuteScalar(), global::System.Globalization.CultureInfo.InvariantCulture);
        }
    }
}
