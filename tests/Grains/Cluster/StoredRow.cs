using System.Collections.Concurrent;

namespace Curfew.Grains.Tests;

// What stands in storage for one grain, and what happened to it in which order. The hooks run inside the operations: they
// hold them up, fail them, or change the row underneath.
internal sealed class StoredRow
{
    private readonly ConcurrentQueue<string> _journal = new();
    private readonly List<(string Entry, TaskCompletionSource Seen)> _waiting = [];

    public byte[]? Data { get; private set; }

    public int Version { get; private set; }

    public int Reads { get; set; }

    public Func<Task>? BeforeRead { get; set; }

    public Func<Task>? AfterRead { get; set; }

    public Func<Task>? BeforeWrite { get; set; }

    public Func<Task>? AfterWrite { get; set; }

    public Func<Task>? AfterClear { get; set; }

    public Func<Task>? AfterRegistering { get; set; }

    public IReadOnlyList<string> Journal => [.. _journal];

    public IReadOnlyList<Fact> Facts => Data is null ? [] : [.. FactSerializer.Read(Data).Facts];

    public void Put(params Fact[] facts) =>
        _ = Put(new FactSerializer().Serialize(new StoredFacts { Facts = facts }).ToArray());

    public int Put(byte[]? data)
    {
        lock (this)
        {
            Data = data;
            return ++Version;
        }
    }

    public (byte[]? Data, int Version) Get()
    {
        lock (this)
        {
            return (Data, Version);
        }
    }

    public void Note(string entry)
    {
        lock (_waiting)
        {
            _journal.Enqueue(entry);
            foreach (var (_, seen) in _waiting.Where(waiting => waiting.Entry == entry))
                seen.TrySetResult();
        }
    }

    // The next such entry: called before what causes it.
    public Task NextAsync(string entry)
    {
        lock (_waiting)
        {
            var seen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Add((entry, seen));
            return seen.Task.WaitAsync(GrainCluster.Patience);
        }
    }
}
