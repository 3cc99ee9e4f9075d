namespace Curfew;

/// <summary>
/// The truth about a token, or the durability of a revocation, could not be had: the one exception of every
/// operation that asks or tells grains (guarantee G5). An API answers it with 503 and <c>Retry-After</c>, never with
/// "valid". A revocation that ended with it may or may not have been stored: repeat it until it succeeds.
/// </summary>
public sealed class RevocationUnavailableException : Exception
{
    public RevocationUnavailableException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }

    /// <summary>
    /// True: the revocation is durable and effective everywhere, but it could not be recorded in the audit trail. It is recorded
    /// when the trail can be written again, and may be repeated.
    /// </summary>
    public bool IsUnaudited { get; init; }
}
