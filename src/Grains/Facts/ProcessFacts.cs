using Curfew.Index;

namespace Curfew.Grains;

/// <summary>
/// All live facts of a store that this process alone opens, in its memory: filled before it answers anything, and told of
/// each revocation before that is acknowledged, from the first one on.
/// </summary>
public sealed class ProcessFacts : ILocalVerdicts
{
    private readonly FactIndex _index = new();
    private volatile bool _filled;

    public event Action<FactScope>? Changed;

    /// <summary>
    /// How many live facts there are; those that have expired count until they are removed. Null while it is being filled.
    /// </summary>
    public long? Live => _filled ? _index.Count : null;

    public bool TryCheck(TokenIdentity token, out Verdict verdict)
    {
        verdict = _filled ? _index.Check(token) : Verdict.None;
        return _filled;
    }

    public ValueTask<bool> TryFillAsync(TokenIdentity token) => new(false);

    /// <summary>Adds what is durable: a user's facts, or with no subject those of the issuer and its clients.</summary>
    public void Add(FactScope scope, IEnumerable<Fact> facts)
    {
        if (scope.Subject is { } subject)
        {
            _index.Add(new UserKey(scope.Issuer, subject), facts);
        }
        else
        {
            foreach (var fact in facts)
                _index.AddCutoff(scope.Issuer, fact);
        }

        Changed?.Invoke(scope);
    }

    /// <summary>Everything in the store was added; from now on memory answers.</summary>
    public void FilledWhole() => _filled = true;

    /// <summary>Forgets what has expired at <paramref name="now"/>, in Unix seconds.</summary>
    public void RemoveExpired(long now) => _index.RemoveExpired(now);
}
