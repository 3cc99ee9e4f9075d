using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;

namespace Curfew.Api.Tests.Hosting;

/// <summary>Keeps what was logged, at any level, and finds what must never be there.</summary>
public sealed partial class SecretLog : ILoggerProvider
{
    private readonly ConcurrentQueue<string> _lines = new();

    public ConcurrentBag<string> Secrets { get; } = [];

    /// <summary>What was logged since the last time that this was asked; fails when a token or a secret is in it.</summary>
    public IReadOnlyList<string> TakeClean()
    {
        var lines = new List<string>();
        while (_lines.TryDequeue(out var line))
            lines.Add(line);
        foreach (var line in lines)
        {
            Assert.False(TokenLike().IsMatch(line), $"A token was logged: {line}");
            Assert.False(AuthorizationHeader().IsMatch(line), $"An Authorization header was logged: {line}");
            foreach (var secret in Secrets)
                Assert.False(line.Contains(secret, StringComparison.Ordinal), $"A secret was logged: {line}");
        }

        return lines;
    }

    public ILogger CreateLogger(string categoryName) => new Sink(this, categoryName);

    public void Dispose()
    {
    }

    // Both the header and the payload of a JWT begin with {" in base64url.
    [GeneratedRegex("eyJ[A-Za-z0-9_-]{16,}")]
    private static partial Regex TokenLike();

    [GeneratedRegex(@"Authorization: *\S|Bearer +[A-Za-z0-9_.-]{24,}|Basic +[A-Za-z0-9+/=]{8,}", RegexOptions.IgnoreCase)]
    private static partial Regex AuthorizationHeader();

    private sealed class Sink(SecretLog log, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            log._lines.Enqueue($"{logLevel} {category}: {formatter(state, exception)} {exception}");
    }
}
