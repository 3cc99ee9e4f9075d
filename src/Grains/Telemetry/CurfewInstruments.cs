using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Curfew.Grains;

/// <summary>
/// What Curfew measures, under the names of docs/operate.md. Thread-safe; one for the process. Nothing is measured, and no
/// clock is read, while nobody listens. No attribute says whom a token belongs to.
/// </summary>
public sealed class CurfewInstruments
{
    /// <summary>The name of the <see cref="Meter"/>, and of the <see cref="ActivitySource"/>.</summary>
    public const string Name = "Curfew";

    /// <summary>Spans <c>curfew.check</c> and <c>curfew.revoke</c>, as children of the request's.</summary>
    internal static readonly ActivitySource Spans = new(Name);

    private const long Unknown = -1;

    private readonly Counter<long> _checks;
    private readonly Histogram<double> _checkDuration;
    private readonly Counter<long> _revocations;
    private readonly Histogram<double> _revocationDuration;
    private readonly Counter<long> _failOpen;
    private readonly Counter<long> _tokenCache;
    private readonly Counter<long> _leaseLapses;
    private readonly Counter<long> _auditFailures;
    private readonly ObservableGauge<long> _users;
    private long _usersCounted = Unknown;

    /// <param name="facts">All live facts, in a process that holds them; else their number is not told.</param>
    public CurfewInstruments(IMeterFactory meters, ProcessFacts? facts = null)
    {
        var meter = meters.Create(Name);
        _checks = meter.CreateCounter<long>(
            "curfew.checks", "{check}", "Checks of verified tokens, by curfew.verdict.");
        _checkDuration = meter.CreateHistogram(
            "curfew.check.duration", "s", "How long a check took, by curfew.verdict.", advice: Buckets(CheckBuckets));
        _revocations = meter.CreateCounter<long>(
            "curfew.revocations", "{revocation}", "Revocations, by curfew.revocation.kind and curfew.revocation.outcome.");
        _revocationDuration = meter.CreateHistogram(
            "curfew.revocation.duration", "s", "How long a revocation took to be durable and effective everywhere, by the same.",
            advice: Buckets(RevocationBuckets));
        _failOpen = meter.CreateCounter<long>(
            "curfew.fail_open.answers", "{answer}", "Tokens accepted unchecked by the FailOpen option.");
        _tokenCache = meter.CreateCounter<long>(
            "curfew.token_cache.lookups", "{lookup}", "Look-ups of a token among those verified before, by curfew.token_cache.result.");
        _leaseLapses = meter.CreateCounter<long>(
            "curfew.lease.lapses", "{lapse}", "Leases that ended before they were renewed: memory stopped answering.");
        _auditFailures = meter.CreateCounter<long>(
            "curfew.audit.failures", "{event}", "Events of the audit trail that could not be written when they were made.");
        _users = meter.CreateObservableGauge(
            "curfew.users.live", Users, "{user}", "Users, and clients and issuers with a cutoff, that have live revocations in the store.");
        if (facts is not null)
        {
            meter.CreateObservableUpDownCounter(
                "curfew.facts.live", () => Told(facts.Live), "{fact}", "Live revocations in the store, of all users, clients and issuers.");
        }
    }

    /// <summary>Counts a token that was accepted unchecked because <c>FailOpen</c> is set.</summary>
    public void FailedOpen() => _failOpen.Add(1);

    /// <summary>Counts a look-up among the tokens that were verified before.</summary>
    public void TokenCacheLookedUp(bool hit)
    {
        if (_tokenCache.Enabled)
            _tokenCache.Add(1, new KeyValuePair<string, object?>("curfew.token_cache.result", hit ? "hit" : "miss"));
    }

    /// <summary>Counts a lease that ended before it was renewed.</summary>
    public void LeaseLapsed() => _leaseLapses.Add(1);

    /// <summary>Counts events that could not be written to the audit trail.</summary>
    public void AuditFailed(int events) => _auditFailures.Add(events);

    /// <summary>Whether anybody wants to know how many users have revocations.</summary>
    internal bool MeasuresUsers => _users.Enabled;

    /// <summary>What the store said of it; null while it can't be known, and then nothing is told.</summary>
    internal void UsersCounted(long? users) => Volatile.Write(ref _usersCounted, users ?? Unknown);

    /// <summary>Whether anybody wants to know of checks: without, one costs three reads more.</summary>
    internal bool MeasuresChecks => _checks.Enabled || _checkDuration.Enabled || Spans.HasListeners();

    internal bool MeasuresRevocations => _revocations.Enabled || _revocationDuration.Enabled || Spans.HasListeners();

    // 0: no clock is to be read.
    internal long StartCheck(TimeProvider time) => _checkDuration.Enabled ? time.GetTimestamp() : 0;

    internal long StartRevocation(TimeProvider time) => _revocationDuration.Enabled ? time.GetTimestamp() : 0;

    internal void Checked(string verdict, long started, TimeProvider time, Activity? span)
    {
        var tag = new KeyValuePair<string, object?>("curfew.verdict", verdict);
        _checks.Add(1, tag);
        if (started != 0)
            _checkDuration.Record(time.GetElapsedTime(started).TotalSeconds, tag);
        End(span, "curfew.verdict", verdict);
    }

    internal void Revoked(string kind, string outcome, long started, TimeProvider time, Activity? span)
    {
        var kindTag = new KeyValuePair<string, object?>("curfew.revocation.kind", kind);
        var outcomeTag = new KeyValuePair<string, object?>("curfew.revocation.outcome", outcome);
        _revocations.Add(1, kindTag, outcomeTag);
        if (started != 0)
            _revocationDuration.Record(time.GetElapsedTime(started).TotalSeconds, kindTag, outcomeTag);
        span?.SetTag(kindTag.Key, kind);
        End(span, outcomeTag.Key, outcome);
    }

    // Shorter than OpenTelemetry's defaults: memory answers in well under a microsecond, a grain in tens of them.
    private static readonly double[] CheckBuckets =
        [0.000001, 0.0000025, 0.000005, 0.00001, 0.000025, 0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 2];

    private static readonly double[] RevocationBuckets =
        [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

    private IEnumerable<Measurement<long>> Users() => Told(Volatile.Read(ref _usersCounted) is var users and not Unknown ? users : null);

    // Nothing rather than a number that isn't known.
    private static IEnumerable<Measurement<long>> Told(long? number) => number is { } known ? [new Measurement<long>(known)] : [];

    private static InstrumentAdvice<double> Buckets(double[] boundaries) => new() { HistogramBucketBoundaries = boundaries };

    private static void End(Activity? span, string key, string outcome)
    {
        span?.SetTag(key, outcome);
        if (outcome == Outcomes.Unavailable)
            span?.SetStatus(ActivityStatusCode.Error);
    }
}
