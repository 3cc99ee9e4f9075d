namespace Curfew.Sqlite.Tests.Support;

public interface INoteGrain : IGrainWithStringKey
{
    Task SetAsync(string text);

    Task<string> GetAsync();

    Task RemindAsync();

    Task<bool> HasReminderAsync();
}

internal sealed class NoteGrain([PersistentState("note", "notes")] IPersistentState<Note> note) : Grain, INoteGrain, IRemindable
{
    public Task SetAsync(string text)
    {
        note.State = new Note(text);
        return note.WriteStateAsync();
    }

    public Task<string> GetAsync() => Task.FromResult(note.State.Text);

    public Task RemindAsync() => this.RegisterOrUpdateReminder("expiry", TimeSpan.FromHours(1), TimeSpan.FromHours(1));

    public async Task<bool> HasReminderAsync() => await this.GetReminder("expiry") is not null;

    public Task ReceiveReminder(string reminderName, TickStatus status) => Task.CompletedTask;
}
