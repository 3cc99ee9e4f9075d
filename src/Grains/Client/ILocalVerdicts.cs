namespace Curfew.Grains;

/// <summary>What this process can answer from its own memory, with the same guarantee as the user's grain.</summary>
public interface ILocalVerdicts
{
    /// <summary>Facts were added, and checks know them; raised before a revocation is acknowledged. Handlers must not block.</summary>
    event Action<FactScope>? Changed;

    /// <summary>The verdict, if memory may answer on this token right now; else the grain is asked.</summary>
    bool TryCheck(TokenIdentity token, out Verdict verdict);

    /// <summary>
    /// Reads what memory lacks to answer on this token, so that <see cref="TryCheck"/> can be asked again. False where memory
    /// can't hold anything now.
    /// </summary>
    ValueTask<bool> TryFillAsync(TokenIdentity token);
}
