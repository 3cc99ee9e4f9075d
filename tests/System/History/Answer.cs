namespace Curfew.System.Tests.History;

/// <summary>How a call was answered, for people to count.</summary>
internal enum Answer
{
    /// <summary>200: a check accepted, a logout acknowledged.</summary>
    Done,

    /// <summary>401, and the token is revoked.</summary>
    Revoked,

    /// <summary>503 with <c>Retry-After</c>.</summary>
    Unavailable,

    /// <summary>The connection broke, or there was no answer in time.</summary>
    None,

    /// <summary>401 for the token's times, by a node whose wall clock is off. An error where none may be.</summary>
    Untimely,

    /// <summary>Nothing that the contract knows.</summary>
    Other,
}
