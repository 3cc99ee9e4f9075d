namespace Curfew.Grains;

/// <summary>How many have live revocations, as the whole store knows it: one row of the reminder table is one of them.</summary>
public interface IStoredUsers
{
    /// <summary>
    /// Users, and clients and issuers with a cutoff, that have revocations; one whose last has just expired counts until its
    /// reminder comes. Any exception means that it can't be known.
    /// </summary>
    Task<long> CountAsync(CancellationToken cancellationToken);
}
