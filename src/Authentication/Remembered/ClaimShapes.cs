using System.Collections.Concurrent;

namespace Curfew.Authentication.Remembered;

/// <summary>One instance of each shape. Bounded, for claim types may be an issuer's data: past that, a token keeps its own.</summary>
internal sealed class ClaimShapes
{
    private const int MaxCount = 1024, MaxLength = 256;

    private readonly ConcurrentDictionary<ClaimShape, ClaimShape> _shapes = new();
    private int _count;

    /// <param name="own">Whether the caller is the only one to keep it, and counts its memory.</param>
    public ClaimShape Share(ClaimShape shape, out bool own)
    {
        own = false;
        if (_shapes.TryGetValue(shape, out var shared))
            return shared;
        own = shape.Type.Length + shape.Issuer.Length + shape.OriginalIssuer.Length + (shape.PropertyValue?.Length ?? 0) > MaxLength
            || Volatile.Read(ref _count) >= MaxCount;
        if (own)
            return shape;
        if (_shapes.TryAdd(shape, shape))
            Interlocked.Increment(ref _count);
        return _shapes[shape];
    }
}
