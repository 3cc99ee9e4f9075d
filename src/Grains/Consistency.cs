namespace Curfew.Grains;

/// <summary>Who answers a check. Both give the same guarantee: a check that starts after a logout returned is refused.</summary>
public enum Consistency
{
    /// <summary>The user's grain is asked on every check.</summary>
    Strict = 0,

    /// <summary>This process answers from its own memory, which every revocation reaches before it is acknowledged.</summary>
    Leased = 1,
}
