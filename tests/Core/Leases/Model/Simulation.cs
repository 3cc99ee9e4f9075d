namespace Curfew.Leases.Model;

/// <summary>Virtual time and one source of chance: the same seed gives the same schedule.</summary>
internal sealed class Simulation(int seed)
{
    private readonly PriorityQueue<Action, (long At, long Order)> _events = new();
    private readonly Random _random = new(seed);
    private long _order;

    public TimeSpan Now { get; private set; }

    public void At(TimeSpan time, Action action)
    {
        var at = Math.Max(time.Ticks, Now.Ticks);
        _events.Enqueue(action, (at, _order++));
    }

    public void After(TimeSpan delay, Action action) => At(Now + delay, action);

    public void Run(TimeSpan until)
    {
        while (_events.TryPeek(out _, out var next) && next.At <= until.Ticks)
        {
            var action = _events.Dequeue();
            Now = TimeSpan.FromTicks(next.At);
            action();
        }

        Now = until;
    }

    public bool Chance(double probability) => probability > 0 && _random.NextDouble() < probability;

    public int Pick(int below) => _random.Next(below);

    public TimeSpan Between(double fromSeconds, double toSeconds) =>
        TimeSpan.FromTicks((long)((fromSeconds + (toSeconds - fromSeconds) * _random.NextDouble()) * TimeSpan.TicksPerSecond));

    public double Double(double from, double to) => from + (to - from) * _random.NextDouble();

    public LeaseId NewId()
    {
        Span<byte> bytes = stackalloc byte[16];
        _random.NextBytes(bytes);
        return new LeaseId(new Guid(bytes));
    }
}
