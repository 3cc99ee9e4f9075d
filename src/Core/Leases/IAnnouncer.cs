namespace Curfew.Leases;

/// <summary>
/// Makes revocations hold everywhere. The carrier between processes is Curfew.Redis; a process that is alone applies them
/// to its own memory.
/// </summary>
public interface IAnnouncer
{
    /// <summary>
    /// Persists, tells every lease holder, and returns when no check that starts from then on can miss it: at once if all
    /// confirm, after <see cref="LeaseOptions.ConfirmWithin"/> + <see cref="LeaseOptions.WaitOut"/> if one died.
    /// </summary>
    /// <param name="persist">Persists durably and says what to tell, or null when there is nothing; called a second time if
    /// the store turns out to have been restarted, so it must merge.</param>
    /// <param name="cancellationToken">Gives up waiting; the revocation may hold nevertheless.</param>
    /// <exception cref="RevocationUnavailableException">It can't be known to hold everywhere. If it was persisted, it
    /// becomes effective within <see cref="LeaseOptions.ReadAgainAfter"/>, but it isn't acknowledged.</exception>
    Task PersistAndAnnounceAsync(Func<CancellationToken, Task<Announcement?>> persist, CancellationToken cancellationToken);

    /// <summary>
    /// Reads storage for a check, and makes sure that the store was the one that was initialised from before the reading to
    /// after it: an emptied one would answer that nothing is revoked, and one that was emptied and initialised anew since
    /// would vouch for that answer.
    /// </summary>
    /// <param name="read">Reads storage.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="RevocationUnavailableException">It wasn't, or that can't be known.</exception>
    Task<T> ReadStorageAsync<T>(Func<CancellationToken, Task<T>> read, CancellationToken cancellationToken);
}
