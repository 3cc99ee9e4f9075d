namespace Curfew.System.Tests.History;

/// <summary>What is asked of the service, for people to count.</summary>
internal enum Operation
{
    Check,
    Logout,

    /// <summary>An operator's, of a user's token or session by its id, or of all that the user has.</summary>
    Revocation,
    ClientCutoff,
    IssuerCutoff,
}
