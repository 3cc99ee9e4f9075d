using Microsoft.Extensions.Logging;

namespace Curfew.Redis;

/// <summary>Counts the rounds in which a revoker gave up on a confirmation: by what it logs then.</summary>
internal sealed class FencingCounter : ILogger<RedisLeases>
{
    private int _count;

    public int Count => Volatile.Read(ref _count);

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (eventId.Name == "Fencing") Interlocked.Increment(ref _count);
    }
}
