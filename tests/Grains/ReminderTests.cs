namespace Curfew.Grains.Tests;

// Reminder-driven expiry (G3, G4), driven by the clock that the reminders of the silos run on.
[Collection(nameof(GrainCluster))]
public sealed class ReminderTests(GrainCluster cluster)
{
    private static readonly TimeSpan Period = new GrainOptions().ReminderPeriod;

    // Red when the write comes first in TryPersistAsync.
    [Fact]
    public async Task The_reminder_is_registered_before_the_facts_are_persisted_and_only_with_facts()
    {
        var user = Given.User();
        var token = cluster.Token(user);
        await cluster.CheckAsync(token);
        Assert.Empty(cluster.Reminders.Of(user));

        await cluster.Revocations.LogOutAsync(token, LogoutScope.Token);

        Assert.Equal(["read begun", "read", "reminder", "write begun", "write"], cluster.Storage.Of(user).Journal);
        var reminder = Assert.Single(cluster.Reminders.Of(user));
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(cluster.Limits.TokenRetention(token.Expires)), reminder.StartAt);
        Assert.Equal(Period, reminder.Period);
    }

    // Red when every revocation registers the reminder, and when a nearer expiry doesn't.
    [Fact]
    public async Task One_reminder_for_a_user_moved_only_when_a_fact_expires_sooner()
    {
        var user = Given.User();
        foreach (var expires in new[] { 3600, 7200, 1800, 5400 })
            await cluster.Revocations.RevokeAsync(user, new RevokeToken("jti:" + expires, cluster.Now + expires));

        Assert.Equal(2, cluster.Storage.Of(user).Journal.Count(entry => entry == "reminder"));
        Assert.Equal(
            DateTimeOffset.FromUnixTimeSeconds(cluster.Limits.TokenRetention(cluster.Now + 1800)),
            Assert.Single(cluster.Reminders.Of(user)).StartAt);
    }

    // Red when each revocation puts the tick off by another period: it might never come.
    [Fact]
    public async Task An_expiry_nearer_than_the_period_waits_for_it_and_is_not_put_off_again()
    {
        var user = Given.User();
        var row = cluster.Storage.Of(user);
        var soon = cluster.Now + 5;
        row.Put(new Fact(new FactId(FactKind.Token, "jti:soon"), 0, soon));
        var first = cluster.Clock.GetUtcNow();

        await cluster.Revocations.LogOutAsync(cluster.Token(user), LogoutScope.Token);
        Assert.Equal(first + Period, Assert.Single(cluster.Reminders.Of(user)).StartAt);
        cluster.Clock.Advance(TimeSpan.FromSeconds(2));
        await cluster.Revocations.LogOutAsync(cluster.Token(user), LogoutScope.Token);

        Assert.Equal(first + Period, Assert.Single(cluster.Reminders.Of(user)).StartAt);
    }

    // Red when ExpireAsync drops nothing, or all; and when it doesn't plan the next tick.
    [Fact]
    public async Task A_tick_drops_what_expired_and_plans_the_next_and_the_last_leaves_nothing()
    {
        var user = Given.User();
        var (sooner, later) = (cluster.Token(user, age: 3000), cluster.Token(user, age: 0));
        await cluster.Revocations.LogOutAsync(sooner, LogoutScope.Token);
        await cluster.Revocations.LogOutAsync(later, LogoutScope.Token);
        var row = cluster.Storage.Of(user);

        var written = row.NextAsync("write");
        AdvanceTo(cluster.Limits.TokenRetention(sooner.Expires));
        await TimeGoesOnUntil(written);

        Assert.Equal("jti:" + later.Id.ToString()[4..], Assert.Single(row.Facts).Id.Id);
        var next = DateTimeOffset.FromUnixTimeSeconds(cluster.Limits.TokenRetention(later.Expires));
        // Time went on while it was registered.
        Assert.InRange(Assert.Single(cluster.Reminders.Of(user)).StartAt, next.UtcDateTime, (next + Period).UtcDateTime);
        Assert.Equal(Verdict.TokenRevoked, await cluster.CheckAsync(later));

        var gone = row.NextAsync("reminder gone");
        AdvanceTo(cluster.Limits.TokenRetention(later.Expires));
        await TimeGoesOnUntil(gone);

        Assert.Null(row.Data);
        Assert.Empty(cluster.Reminders.Of(user));
        Assert.Equal(["clear", "reminder gone"], row.Journal.TakeLast(2));
    }

    // Red when the reminder of a user without facts isn't removed.
    [Fact]
    public async Task A_crash_between_reminder_and_write_leaves_a_reminder_that_removes_itself()
    {
        var user = Given.User();
        var row = cluster.Storage.Of(user);
        row.AfterRegistering = () => throw new IOException("Power is gone.");
        await Assert.ThrowsAsync<RevocationUnavailableException>(
            () => cluster.Revocations.LogOutAsync(cluster.Token(user), LogoutScope.Token));
        row.AfterRegistering = null;
        Assert.Null(row.Data);
        Assert.Single(cluster.Reminders.Of(user));
        await cluster.DeactivateAsync(user);

        var gone = row.NextAsync("reminder gone");
        await TickAsync(user);
        await gone;

        Assert.Empty(cluster.Reminders.Of(user));
    }

    [Fact]
    public async Task A_tick_that_fails_at_the_storage_is_made_again_a_period_later()
    {
        var user = Given.User();
        var token = cluster.Token(user);
        await cluster.Revocations.LogOutAsync(token, LogoutScope.Token);
        var row = cluster.Storage.Of(user);
        var failed = new TaskCompletionSource();
        row.AfterClear = () =>
        {
            row.AfterClear = null;
            failed.SetResult();
            throw new IOException("The disk is away.");
        };

        AdvanceTo(cluster.Limits.TokenRetention(token.Expires));
        await TimeGoesOnUntil(failed.Task.WaitAsync(GrainCluster.Patience));
        Assert.Single(cluster.Reminders.Of(user));

        await TimeGoesOnUntil(row.NextAsync("reminder gone"));
        Assert.Null(row.Data);
    }

    // Red when the reminder is looked for after the state was cleared: the neighbour's facts would stay for ever.
    [Fact]
    public async Task A_neighbours_facts_keep_their_reminder_while_an_empty_state_is_cleaned_up()
    {
        var user = Given.User();
        var row = cluster.Storage.Of(user);
        row.Put(new Fact(new FactId(FactKind.Token, "jti:x"), 0, cluster.Now));
        await cluster.Reminders.UpsertRow(Reminder(user));
        var neighbour = cluster.Fact(cluster.Token(user));
        row.AfterClear = async () =>
        {
            await cluster.Reminders.UpsertRow(Reminder(user));
            row.Put(neighbour);
        };

        await Assert.ThrowsAnyAsync<Exception>(() => TickAsync(user));
        row.AfterClear = null;

        Assert.Single(cluster.Reminders.Of(user));
        Assert.Equal(neighbour.Id, Assert.Single(row.Facts).Id);
    }

    // Red without AlwaysInterleave on CheckAsync: a slow disk under a clean-up would stop every check of the user.
    [Fact]
    public async Task A_tick_that_waits_for_its_write_holds_no_check_up()
    {
        var user = Given.User();
        var (sooner, later) = (cluster.Token(user, age: 3000), cluster.Token(user, age: 0));
        await cluster.Revocations.LogOutAsync(sooner, LogoutScope.Token);
        await cluster.Revocations.LogOutAsync(later, LogoutScope.Token);
        var row = cluster.Storage.Of(user);
        var disk = new TaskCompletionSource();
        row.BeforeWrite = () => disk.Task;

        var (begun, written) = (row.NextAsync("write begun"), row.NextAsync("write"));
        AdvanceTo(cluster.Limits.TokenRetention(sooner.Expires));
        await TimeGoesOnUntil(begun);
        Assert.Equal(Verdict.TokenRevoked, await cluster.CheckAsync(later).WaitAsync(GrainCluster.Patience));
        Assert.Equal(Verdict.Valid, await cluster.CheckAsync(cluster.Token(user)).WaitAsync(GrainCluster.Patience));
        Assert.False(written.IsCompleted);

        row.BeforeWrite = null;
        disk.SetResult();
        await written;
    }

    [Fact]
    public async Task Client_and_issuer_cutoffs_expire_too()
    {
        var client = new ClientKey(Given.Issuer(), "app");
        var result = await cluster.Revocations.RevokeClientAsync(client, new RevokeEverything());
        await cluster.Revocations.RevokeIssuerAsync(client.Issuer, new RevokeEverything());
        var (one, other) = (cluster.Storage.Of(client), cluster.Storage.OfIssuer(client.Issuer));
        Assert.Equal("reminder", one.Journal.First(entry => entry is "reminder" or "write"));

        var gone = Task.WhenAll(one.NextAsync("reminder gone"), other.NextAsync("reminder gone"));
        AdvanceTo(cluster.Limits.SessionRetention(result.Cutoff!.Value));
        await TimeGoesOnUntil(gone);

        Assert.Null(one.Data);
        Assert.Null(other.Data);
    }

    // To the instant, and not past it: a clock that has moved on less than it seems keeps a fact for longer.
    private void AdvanceTo(long instant) =>
        cluster.Clock.Advance(DateTimeOffset.FromUnixTimeSeconds(instant) - cluster.Clock.GetUtcNow());

    // A silo plans a tick on a thread of its own: if time has gone on by then, the tick comes a period later.
    private async Task TimeGoesOnUntil(Task seen)
    {
        while (!seen.IsCompleted)
        {
            cluster.Clock.Advance(Period / 4);
            await Task.WhenAny(seen, Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System));
        }

        await seen;
    }

    private static ReminderEntry Reminder(UserKey user) => new()
    {
        GrainId = GrainId.Create("curfew.user", user.ToString()),
        ReminderName = ExpiryReminder.Name,
        StartAt = DateTime.UnixEpoch,
        Period = Period,
    };

    private Task TickAsync(UserKey user) =>
        cluster.Grain(user).AsReference<IRemindable>().ReceiveReminder(ExpiryReminder.Name, default);
}
