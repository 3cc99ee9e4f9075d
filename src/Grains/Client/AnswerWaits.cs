using System.Collections.Concurrent;

namespace Curfew.Grains;

// Waits for answers, each for the same time at most, under one timer for all: of nearly all calls the answer comes within
// microseconds, and a timer for each would cost as much as the call. Thread-safe.
internal sealed class AnswerWaits(TimeSpan limit, TimeProvider time)
{
    private const int MaxSpare = 1024;

    private readonly ConcurrentQueue<AnswerWait> _spare = new();
    private readonly Lock _lock = new();
    private readonly long _limit = (long)(limit.TotalSeconds * time.TimestampFrequency);
    private AnswerWait? _newest, _oldest;
    private ITimer? _timer;
    private bool _isRunning;
    private int _spares;

    /// <exception cref="TimeoutException">The answer didn't come in time.</exception>
    public ValueTask<Verdict> WaitAsync(ValueTask<Verdict> answer, CancellationToken cancellationToken)
    {
        if (answer.IsCompleted)
            return answer;
        if (_spare.TryDequeue(out var wait))
            Interlocked.Decrement(ref _spares);
        else
            wait = new AnswerWait(this);
        return wait.Begin(answer, time.GetTimestamp(), cancellationToken);
    }

    public void Return(AnswerWait wait)
    {
        if (Volatile.Read(ref _spares) >= MaxSpare)
            return;
        Interlocked.Increment(ref _spares);
        _spare.Enqueue(wait);
    }

    public void List(AnswerWait wait)
    {
        lock (_lock)
        {
            wait.IsListed = true;
            wait.Older = _newest;
            if (_newest is not null)
                _newest.Newer = wait;
            _newest = wait;
            _oldest ??= wait;
            if (_isRunning)
                return;
            _isRunning = true;
            if (_timer is null)
                _timer = time.CreateTimer(static waits => ((AnswerWaits)waits!).GiveUpOld(), this, limit, Timeout.InfiniteTimeSpan);
            else
                _timer.Change(limit, Timeout.InfiniteTimeSpan);
        }
    }

    public void Unlist(AnswerWait wait)
    {
        lock (_lock)
        {
            if (wait.IsListed)
                Unlink(wait);
        }
    }

    private void Unlink(AnswerWait wait)
    {
        wait.IsListed = false;
        if (wait.Newer is null)
            _newest = wait.Older;
        else
            wait.Newer.Older = wait.Older;
        if (wait.Older is null)
            _oldest = wait.Newer;
        else
            wait.Older.Newer = wait.Newer;
        wait.Newer = wait.Older = null;
    }

    // All wait equally long, so the oldest ends first: the timer runs for that one, or not at all.
    private void GiveUpOld()
    {
        while (true)
        {
            AnswerWait oldest;
            lock (_lock)
            {
                if (_oldest is null)
                {
                    _isRunning = false;
                    return;
                }

                oldest = _oldest;
                var left = oldest.Started + _limit - time.GetTimestamp();
                if (left > 0)
                {
                    // Timers count in whole milliseconds, and cut off what is less.
                    var due = TimeSpan.FromMilliseconds(Math.Ceiling(left * 1000.0 / time.TimestampFrequency));
                    _timer!.Change(due, Timeout.InfiniteTimeSpan);
                    return;
                }

                // Within the lock: once it isn't listed it may serve another call.
                Unlink(oldest);
                if (!oldest.TryGiveUp())
                    continue;
            }

            oldest.Tell(new TimeoutException("No answer came in time."));
        }
    }
}
