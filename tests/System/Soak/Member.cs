using Curfew.System.Tests.Processes;

namespace Curfew.System.Tests.Soak;

/// <summary>A silo or an API node of a deployment, over all its lives on one machine.</summary>
internal sealed class Member(string name, Machine machine, Func<IServerProcess> launch) : IAsyncDisposable
{
    private readonly List<IServerProcess> _lives = [];
    private bool _isDown;

    public string Name => name;

    public Machine Machine => machine;

    public IServerProcess Current => _lives[^1];

    /// <summary>Ended, and by no fault of ours.</summary>
    public bool HasEndedByItself => !_isDown && Current.Process.HasExited;

    public void Launch()
    {
        _lives.Add(launch());
        _isDown = false;
    }

    public async Task KillAsync()
    {
        _isDown = true;
        await Current.Process.KillAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var life in _lives)
            await life.DisposeAsync();
    }
}
