using System.Buffers;
using System.Threading.Channels;
using Curfew.Grains;

namespace Curfew.Api.Audit;

/// <summary>
/// Writes the events of this process in the order in which they came, in groups: what came while one group was flushed is the next.
/// What can't be written is kept and tried again, while whoever asked is told.
/// </summary>
internal sealed partial class AuditTrail : IRevocationAudit, IAsyncDisposable
{
    // About 1 kB each; past it, what can't be written is counted.
    private const int MaxWaiting = 10_000;

    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    private readonly Channel<Waiting> _arriving = Channel.CreateUnbounded<Waiting>(new() { SingleReader = true });
    private readonly List<Waiting> _group = [];
    private readonly ArrayBufferWriter<byte> _lines = new();
    private readonly IAuditDestination _destination;
    private readonly byte[]? _key;
    private readonly IHttpContextAccessor _requests;
    private readonly CurfewInstruments _instruments;
    private readonly TimeProvider _time;
    private readonly ILogger<AuditTrail> _logger;
    private AuditHead _head = AuditHead.Genesis;
    private Task? _writing;
    private int _waiting;
    private long _lost;
    private bool _isFailing;

    /// <summary>What is there already is taken up when it is opened.</summary>
    public AuditTrail(
        IAuditDestination destination, byte[]? key, IHttpContextAccessor requests, CurfewInstruments instruments, TimeProvider time,
        ILogger<AuditTrail> logger)
    {
        (_destination, _key, _requests, _instruments, _time, _logger) = (destination, key, requests, instruments, time, logger);
    }

    /// <summary>The last event that was written. Whoever keeps it elsewhere can tell later that the trail's end was cut off.</summary>
    public AuditHead Head => _head;

    /// <summary>Begins or continues the trail.</summary>
    /// <exception cref="IOException">It can't be written.</exception>
    /// <exception cref="InvalidDataException">What is there isn't a trail by this key.</exception>
    public void Open()
    {
        try
        {
            Begin(_destination.Open());
        }
        catch
        {
            // Free for whoever gets it right.
            _destination.Dispose();
            throw;
        }

        LogOpened(_destination.Name, _head.ToString());
        _writing = Task.Run(WriteAsync);
    }

    public Task RecordAsync(AuditedRevocation revocation)
    {
        var waiting = new Waiting(EventOf(revocation));
        if (Interlocked.Increment(ref _waiting) <= MaxWaiting && _arriving.Writer.TryWrite(waiting))
            return waiting.Written.Task;
        Interlocked.Decrement(ref _waiting);
        Interlocked.Increment(ref _lost);
        _instruments.AuditFailed(1);
        return Task.FromException(new IOException("Too many events wait for the audit trail, or it is closed."));
    }

    public async ValueTask DisposeAsync()
    {
        if (!_arriving.Writer.TryComplete() || _writing is null)
            return;
        await _writing;
        if (_group.Count > 0 || _lost > 0)
            LogGivenUp(_group.Count + _lost, _destination.Name);
        LogClosed(_destination.Name, _head.ToString());
        _destination.Dispose();
    }

    private void Begin(AuditTail tail)
    {
        if (tail.Head is { } head)
        {
            if (_key is null ? head.Mac is not null : !AuditLine.Holds(tail.LastLine, _key))
            {
                throw new InvalidDataException(
                    $"The last event in '{_destination.Name}' is not by the configured Curfew:Audit:Key: it was changed, or written with "
                    + "another key or none. Find out which by 'audit verify'; to begin a new trail with this key, move the file away.");
            }

            _head = head;
        }

        _destination.Begin();
        Append([new TrailEvent(_time.GetUtcNow(), tail switch
        {
            { Head: null } => AuditEvent.Begun,
            { TornBytes: > 0 } => AuditEvent.Recovered,
            _ => AuditEvent.Started,
        })
        {
            Torn = tail,
        }]);
    }

    private RevocationEvent EventOf(AuditedRevocation revocation)
    {
        var request = _requests.HttpContext;
        var address = request?.Connection.RemoteIpAddress;
        var route = (request?.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText?.TrimEnd('/');
        return new RevocationEvent(
            _time.GetUtcNow(),
            revocation,
            request is null ? null : $"{request.Request.Method} {route ?? request.Request.Path}",
            (address is { IsIPv4MappedToIPv6: true } ? address.MapToIPv4() : address)?.ToString());
    }

    private async Task WriteAsync()
    {
        var more = _arriving.Reader.WaitToReadAsync().AsTask();
        while (true)
        {
            // What couldn't be written is tried again though nothing new comes.
            await Task.WhenAny(more, _group.Count == 0 ? more : Task.Delay(RetryAfter, _time));
            var isClosed = more.IsCompleted && !await more;
            while (_arriving.Reader.TryRead(out var waiting))
                _group.Add(waiting);
            WriteGroup();
            if (isClosed)
                return;
            if (more.IsCompleted)
                more = _arriving.Reader.WaitToReadAsync().AsTask();
        }
    }

    private void WriteGroup()
    {
        if (_group.Count == 0)
            return;
        try
        {
            var events = new List<AuditEvent>(_group.Count + 2);
            if (_destination.Begin())
                events.Add(new TrailEvent(_time.GetUtcNow(), AuditEvent.Continued));
            var lost = Interlocked.Read(ref _lost);
            if (lost > 0)
                events.Add(new TrailEvent(_time.GetUtcNow(), AuditEvent.Lost) { Missing = lost });
            events.AddRange(_group.Select(waiting => waiting.Event));
            Append(events);
            Interlocked.Add(ref _lost, -lost);
        }
        catch (Exception e)
        {
            // Whatever it was: who waits is told, and the next attempt may succeed.
            var failed = _group.Count(waiting => waiting.Written.TrySetException(e));
            _instruments.AuditFailed(failed);
            if (!_isFailing)
                LogFailing(e, _destination.Name);
            _isFailing = true;
            return;
        }

        foreach (var waiting in _group)
            waiting.Written.TrySetResult();
        Interlocked.Add(ref _waiting, -_group.Count);
        _group.Clear();
        if (_isFailing)
            LogRecovered(_destination.Name);
        _isFailing = false;
    }

    private void Append(List<AuditEvent> events)
    {
        _lines.ResetWrittenCount();
        var head = _head;
        foreach (var audited in events)
            head = AuditLine.Write(_lines, head, _key, audited);
        _destination.Append(_lines.WrittenSpan);
        _head = head;
    }

    // Whoever waits goes on elsewhere: nothing of it runs on the thread that writes.
    private sealed class Waiting(AuditEvent audited)
    {
        public AuditEvent Event => audited;

        public TaskCompletionSource Written { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    [LoggerMessage(1, LogLevel.Information, "Audit trail {Name}: opened, its last event is {Head}")]
    private partial void LogOpened(string name, string head);

    [LoggerMessage(2, LogLevel.Information, "Audit trail {Name}: closed, its last event is {Head}")]
    private partial void LogClosed(string name, string head);

    [LoggerMessage(3, LogLevel.Critical, "Audit trail {Name} can't be written: revocations hold, and are answered with 503. It is tried again.")]
    private partial void LogFailing(Exception e, string name);

    [LoggerMessage(4, LogLevel.Information, "Audit trail {Name}: what could not be written is written.")]
    private partial void LogRecovered(string name);

    [LoggerMessage(5, LogLevel.Critical, "{Count} revocations, which hold and were answered with 503, are in no audit trail: {Name} could not be written.")]
    private partial void LogGivenUp(long count, string name);
}
