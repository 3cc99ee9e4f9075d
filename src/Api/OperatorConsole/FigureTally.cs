using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;
using Curfew.Grains;

namespace Curfew.Api.OperatorConsole;

/// <summary>
/// Counts what Curfew's instruments tell while a console is open, from the same counters as OTLP exports. One for each
/// console, so nothing is counted while none is open.
/// </summary>
internal sealed class FigureTally : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<string, StrongBox<long>> _checks = new(StringComparer.Ordinal);
    private long _revocations;
    private long _failOpen;
    private long _facts = -1;

    public FigureTally(IMeterFactory meters)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            // This process's host: in a test there may be several.
            if (instrument.Meter.Name == CurfewInstruments.Name && ReferenceEquals(instrument.Meter.Scope, meters)
                && instrument.Name is "curfew.checks" or "curfew.revocations" or "curfew.fail_open.answers" or "curfew.facts.live")
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, measured, tags, _) => Count(instrument, measured, tags));
        _listener.Start();
    }

    /// <summary>What was counted since the last time that this was asked.</summary>
    public Counted Take()
    {
        _listener.RecordObservableInstruments();
        var checks = _checks.ToDictionary(
            verdict => verdict.Key, verdict => Interlocked.Exchange(ref verdict.Value.Value, 0), StringComparer.Ordinal);
        var facts = Interlocked.Read(ref _facts);
        return new(checks, Interlocked.Exchange(ref _revocations, 0), Interlocked.Exchange(ref _failOpen, 0), facts < 0 ? null : facts);
    }

    public void Dispose() => _listener.Dispose();

    private void Count(Instrument instrument, long measured, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        switch (instrument.Name)
        {
            case "curfew.checks":
                var verdict = ValueOf(tags, "curfew.verdict");
                Interlocked.Add(ref _checks.GetOrAdd(verdict, static _ => new()).Value, measured);
                break;
            case "curfew.revocations" when ValueOf(tags, "curfew.revocation.outcome") == "done":
                Interlocked.Add(ref _revocations, measured);
                break;
            case "curfew.fail_open.answers":
                Interlocked.Add(ref _failOpen, measured);
                break;
            case "curfew.facts.live":
                Interlocked.Exchange(ref _facts, measured);
                break;
            default:
                break;
        }
    }

    private static string ValueOf(ReadOnlySpan<KeyValuePair<string, object?>> tags, string key)
    {
        foreach (var tag in tags)
        {
            if (tag.Key == key)
                return tag.Value as string ?? "";
        }

        return "";
    }

    internal readonly record struct Counted(IReadOnlyDictionary<string, long> Checks, long Revocations, long FailOpen, long? Facts);
}
