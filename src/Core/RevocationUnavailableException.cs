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
}
