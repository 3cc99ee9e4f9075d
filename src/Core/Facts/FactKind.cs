using System.Text.Json.Serialization;

namespace Curfew;

/// <summary>What a fact is about. The values are stored: they never change. In JSON for people (the Orleans dashboard) they go by name.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<FactKind>))]
public enum FactKind
{
    None = 0,

    /// <summary>Its id is a token id: that token is revoked.</summary>
    Token = 1,

    /// <summary>Its id is a <c>sid</c>: every token of the session is revoked, those minted later included.</summary>
    Session = 2,

    /// <summary>No id; its number is an instant: every token of the user issued (authenticated) at or before it is revoked.</summary>
    UserCutoff = 3,

    /// <summary>Its id is a token id: exempt from user cutoffs up to its number.</summary>
    KeptToken = 4,

    /// <summary>Its id is a <c>sid</c>: its tokens are exempt from user cutoffs up to its number.</summary>
    KeptSession = 5,

    /// <summary>Its id is a client id; its number is an instant: every token of the client issued at or before it is revoked.</summary>
    ClientCutoff = 6,

    /// <summary>No id; its number is an instant: every token of the issuer issued at or before it is revoked.</summary>
    IssuerCutoff = 7,

    /// <summary>
    /// No id; its number is an instant: every token of the user issued (authenticated) at or before it is revoked, exempt or not.
    /// Made only beside an exemption, where a cutoff came that the exemption is not from.
    /// </summary>
    UnsparingCutoff = 8,
}
