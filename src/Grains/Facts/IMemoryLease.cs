namespace Curfew.Grains;

/// <summary>Whether this process may answer from its memory: the silo's lease, or in one process simply yes.</summary>
public interface IMemoryLease
{
    /// <summary>
    /// Names the lease that this process holds now; 0: none. What was read under another one is read again before it is
    /// answered from.
    /// </summary>
    long Current { get; }

    /// <summary>
    /// How old what is held may become before it is read again, so that a logout whose revoker died before it told
    /// anybody becomes effective, too; infinite where nobody else writes the store.
    /// </summary>
    TimeSpan MaxAge { get; }
}
