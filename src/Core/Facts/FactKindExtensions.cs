namespace Curfew;

/// <summary>What kinds of facts there are.</summary>
public static class FactKindExtensions
{
    extension(FactKind kind)
    {
        /// <summary>Whether facts of the kind are a user's own; else a client's or an issuer's.</summary>
        public bool IsOfUser => kind is (>= FactKind.Token and <= FactKind.KeptSession) or FactKind.UnsparingCutoff;
    }
}
