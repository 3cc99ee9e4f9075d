using System.Diagnostics.CodeAnalysis;

namespace Curfew;

/// <summary>Live facts under one key. Facts are merged in and expire; nothing takes one back. Not thread-safe.</summary>
public sealed class FactSet
{
    private readonly Dictionary<FactId, Fact> _facts;

    public FactSet() => _facts = [];

    /// <summary>A copy, which goes its own way. Nothing is hashed again.</summary>
    public FactSet(FactSet other) => _facts = new(other._facts);

    public int Count => _facts.Count;

    public IReadOnlyCollection<Fact> Facts => _facts.Values;

    /// <summary>When the next fact expires, in Unix seconds; null when there is none. Looks at all of them.</summary>
    public long? NextExpiry => _facts.Count == 0 ? null : _facts.Values.Min(fact => fact.Expires);

    public bool TryGet(FactId id, [NotNullWhen(true)] out Fact? fact) => _facts.TryGetValue(id, out fact);

    /// <summary>How many facts have not expired at <paramref name="now"/>, in Unix seconds.</summary>
    public int LiveCount(long now) => _facts.Values.Count(fact => fact.Expires > now);

    /// <summary>Merges a fact in; whether that changed anything but its origin.</summary>
    public bool Add(Fact fact)
    {
        if (!_facts.TryGetValue(fact.Id, out var held))
        {
            _facts.Add(fact.Id, fact);
            return true;
        }

        var merged = Fact.Merge(held, fact);
        _facts[fact.Id] = merged;
        return merged.Number != held.Number || merged.Expires != held.Expires;
    }

    /// <summary>
    /// Drops what has expired, and exemptions that survive no cutoff any more because a later one was made. Whether
    /// anything was dropped.
    /// </summary>
    public bool DropExpired(long now)
    {
        var cutoff = TryGet(new FactId(FactKind.UserCutoff, ""), out var fact) ? fact.Number : 0;
        var gone = _facts.Values
            .Where(f => f.Expires <= now
                || (f.Id.Kind is FactKind.KeptToken or FactKind.KeptSession && f.Number < cutoff))
            .ToList();
        foreach (var f in gone)
            _facts.Remove(f.Id);
        return gone.Count > 0;
    }
}
