namespace Curfew.Api.Audit;

/// <summary>Where the lines of a trail go. Used by one thread at a time.</summary>
internal interface IAuditDestination : IDisposable
{
    /// <summary>What the log calls it.</summary>
    string Name { get; }

    /// <summary>Takes it for this process alone, and says how the trail ends that is there.</summary>
    AuditTail Open();

    /// <summary>Begins to append. True: there is nothing yet, or nothing any more, for what was there was moved away.</summary>
    bool Begin();

    /// <summary>
    /// Appends whole lines. When it returns, they are as durable as is configured; when it fails, none of them counts, and the next
    /// ones take their place.
    /// </summary>
    void Append(ReadOnlySpan<byte> lines);
}
