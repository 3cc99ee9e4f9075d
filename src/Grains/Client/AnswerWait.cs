using System.Runtime.CompilerServices;
using System.Threading.Tasks.Sources;

namespace Curfew.Grains;

// One waiting for a grain's answer: the answer ends it, or its time, or who cancels. Used again once the answer was
// fetched; one that was given up is left to the answer that may still come.
internal sealed class AnswerWait(AnswerWaits owner) : IValueTaskSource<Verdict>
{
    private const int Waiting = 0, Answered = 1, GivenUp = 2;

    private static readonly Action<object?, CancellationToken> Cancel =
        static (wait, cancellationToken) => ((AnswerWait)wait!).OnCancelled(cancellationToken);

    // Inline: whoever waits goes on where the answer arrived, as it would without this in between.
    private ManualResetValueTaskSourceCore<Verdict> _core;
    private ConfiguredValueTaskAwaitable<Verdict>.ConfiguredValueTaskAwaiter _answer;
    private CancellationTokenRegistration _cancellation;
    private Action? _onAnswer;
    private int _state;

    public long Started { get; private set; }

    public AnswerWait? Newer { get; set; }

    public AnswerWait? Older { get; set; }

    public bool IsListed { get; set; }

    public ValueTask<Verdict> Begin(ValueTask<Verdict> answer, long started, CancellationToken cancellationToken)
    {
        var version = _core.Version;
        Started = started;
        _answer = answer.ConfigureAwait(false).GetAwaiter();
        owner.List(this);
        if (cancellationToken.CanBeCanceled)
            _cancellation = cancellationToken.UnsafeRegister(Cancel, this);
        _answer.UnsafeOnCompleted(_onAnswer ??= OnAnswer);
        return new ValueTask<Verdict>(this, version);
    }

    /// <summary>Whether the answer is waited for no more. Called while it is listed, or registered: so it is about this answer.</summary>
    public bool TryGiveUp() => Interlocked.CompareExchange(ref _state, GivenUp, Waiting) == Waiting;

    /// <summary>Tells who waits that it was given up.</summary>
    public void Tell(Exception reason) => _core.SetException(reason);

    public Verdict GetResult(short token)
    {
        try
        {
            return _core.GetResult(token);
        }
        finally
        {
            if (_state == Answered)
            {
                _core.Reset();
                _answer = default;
                _state = Waiting;
                owner.Return(this);
            }
        }
    }

    public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

    public void OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);

    private void OnCancelled(CancellationToken cancellationToken)
    {
        if (!TryGiveUp())
            return;
        owner.Unlist(this);
        Tell(new OperationCanceledException(cancellationToken));
    }

    private void OnAnswer()
    {
        var first = Interlocked.CompareExchange(ref _state, Answered, Waiting) == Waiting;

        if (first)
        {
            // Waits for a cancellation that is under way and came too late: this object is about to serve another.
            _cancellation.Dispose();
            owner.Unlist(this);
        }
        else
        {
            // Not here: the cancellation may be what gave this up, and runs the caller's code now.
            _cancellation.Unregister();
        }

        _cancellation = default;
        Verdict verdict;
        try
        {
            // Fetched even when nobody waits any more: so the call's own resources go back, and no failure is left unseen.
            verdict = _answer.GetResult();
        }
#pragma warning disable CA1031 // Whatever the call ended with is for the one who waits.
        catch (Exception e)
#pragma warning restore CA1031
        {
            if (first)
                _core.SetException(e);
            return;
        }

        if (first)
            _core.SetResult(verdict);
    }
}
