using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Curfew.Authentication.Tests.Hosting;

/// <summary>Keeps what was logged, at any level, and finds what must never be there.</summary>
public sealed class SecretWatch : ILoggerProvider
{
    private readonly ConcurrentQueue<(LogLevel Level, string Category, string Text)> _lines = new();

    public IReadOnlyCollection<(LogLevel Level, string Category, string Text)> Lines => _lines;

    public ILogger CreateLogger(string categoryName) => new Sink(this, categoryName);

    /// <summary>Fails when a part of a token that only its holder knows, or a secret, stands in a line.</summary>
    public void AssertNoSecret(IEnumerable<string> secrets)
    {
        foreach (var secret in secrets)
        {
            foreach (var (_, category, text) in _lines)
                Assert.False(text.Contains(secret, StringComparison.Ordinal), $"{category} logged a secret: {text}");
        }
    }

    public void Dispose()
    {
    }

    private sealed class Sink(SecretWatch watch, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            watch._lines.Enqueue((logLevel, category, formatter(state, exception) + exception));
    }
}
