namespace Curfew.System.Tests.History;

/// <summary>When wall clocks were off: a count of those that are, and of all that began. Thread-safe.</summary>
internal sealed class ClockFaults
{
    private readonly Lock _lock = new();
    private int _active;
    private int _begun;

    public void Begin()
    {
        lock (_lock)
        {
            _active++;
            _begun++;
        }
    }

    public void End()
    {
        lock (_lock)
            _active--;
    }

    public (int Active, int Begun) Observe()
    {
        lock (_lock)
            return (_active, _begun);
    }

    public bool MayHaveDifferedSince((int Active, int Begun) before) => before.Active > 0 || Observe().Begun != before.Begun;
}
