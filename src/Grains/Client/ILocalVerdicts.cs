namespace Curfew.Grains;

/// <summary>What this process can answer from its own memory, with the same guarantee as the user's grain.</summary>
public interface ILocalVerdicts
{
    /// <summary>The verdict, if memory may answer on this token right now; else the grain is asked.</summary>
    bool TryCheck(TokenIdentity token, out Verdict verdict);
}
